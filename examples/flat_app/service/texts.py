"""What is said, by language. Saved by an editor that puts a byte order mark in front."""

import config

_TEXTS = {"en": {"on": "{} is on", "off": "{} is off"}, "de": {"on": "{} ist an", "off": "{} ist aus"}}


def say(key: str, name: str) -> str:
    return _TEXTS[config.LANGUAGE][key].format(name)
