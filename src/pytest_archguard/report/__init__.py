"""A result, made into text and files."""
