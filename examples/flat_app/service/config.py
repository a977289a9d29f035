"""Settings."""

import os

DEVICES = os.environ.get("DEVICES", "lamp,heating").split(",")
LANGUAGE = os.environ.get("LANGUAGE", "en")
