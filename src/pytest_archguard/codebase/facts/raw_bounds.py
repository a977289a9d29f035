"""How many source lines and logical lines a file can have at the most, read off its text.

Most files are far below any limit, and counting what is written costs a fraction of counting what it means.

A source line is a line that is not empty. Logical lines are counted for each part that a semicolon ends or that stands
alone: one, and one more if a colon is in it but not at its end. Such a colon is followed by something on its line, or
the part goes on after the line and has that line to its credit.
"""

from __future__ import annotations


def raw_counts_within(text: str, sloc: int, lloc: int) -> bool:
    """Whether the file cannot be above either limit, as radon counts.

    Right whenever it says yes, whatever the text is: comments and strings count like code.
    """
    lines = len(text.splitlines())  # as radon splits them
    more = text.count(":") + text.count(";")
    if lines <= sloc and lines + more <= lloc:
        return True
    lines -= text.count("\n\n")
    return lines <= sloc and lines + more - text.count(":\n") <= lloc
