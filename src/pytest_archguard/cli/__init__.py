"""The command `archguard`: everything that is not a check."""
