"""The facts behind the rule kind `code`: where a file holds what a table describes."""
