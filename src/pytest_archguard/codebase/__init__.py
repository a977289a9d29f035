"""The checked code: which files there are, what is in each, and who imports whom."""
