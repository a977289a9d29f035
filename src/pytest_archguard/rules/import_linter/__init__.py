"""Contracts declared for import-linter become rules, one each.

Reading them is import-linter's own reading; judging them is done by its own contract classes, which are imported
when the first contract is judged and not before.
"""
