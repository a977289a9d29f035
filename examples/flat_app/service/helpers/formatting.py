"""Cannot be imported: helpers.py hides this folder."""


def shout(text: str) -> str:
    return text.upper() + "!"
