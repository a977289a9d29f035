"""Architecture rules as pytest tests."""
