"""The rules file: TOML in, frozen dataclasses out, every mistake reported at once."""
