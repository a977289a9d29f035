"""The test suite on other versions: `nox -l` lists the sessions, `nox -s tests-3.10` runs one.

A Python that is not installed is skipped with a line that says so.
"""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.2.9"
nox.options.reuse_existing_virtualenvs = True

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
# What depends on the version: the rules, and how pytest shows them. The oracles (grimp, radon, real packages) are held
# against the code once, by `make test`.
QUICK = ["tests/unit", "tests/plugin"]


@nox.session(python=PYTHONS)
@nox.parametrize("pytest", ["8.0", "latest"])
def tests(session: nox.Session, pytest: str) -> None:
    """Unit and plugin tests on one Python and one pytest."""
    install(session, *([] if pytest == "latest" else [f"pytest=={pytest}.*"]))
    session.run("pytest", "-n", "auto", *(session.posargs or QUICK))


@nox.session(python=PYTHONS[0])
def lowest(session: nox.Session) -> None:
    """Unit and plugin tests with every dependency at its lower bound."""
    install(session, *(bound.replace(">=", "==") for bound in PROJECT["project"]["dependencies"]))
    session.run("pytest", "-n", "auto", *(session.posargs or QUICK))


def install(session: nox.Session, *pinned: str) -> None:
    """The package, what its tests need, and what is pinned here, resolved together."""
    session.install("--quiet", "-e", ".", *nox.project.dependency_groups(PROJECT, "test"), *pinned)
