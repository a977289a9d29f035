"""Code that shows the forms and words: on the documentation page, and in the tests that run it."""

from pytest_archguard.rules.sessions.snippets.application import APPLICATION, RESOURCE, Snippet
from pytest_archguard.rules.sessions.snippets.forms import FORMS
from pytest_archguard.rules.sessions.snippets.words import WORDS

__all__ = ["APPLICATION", "FORMS", "RESOURCE", "WORDS", "Snippet"]
