"""Rule tables of every kind, for costs that depend on which facts are read and not on what a project is about."""

from __future__ import annotations

from projects import NO_DRIVER, ORDER, Project

# The pytest table makes the folder the root folder: this repository's own rules are not measured.
HEAD = "[tool.pytest.ini_options]\n\n[tool.archguard]\n"
IMPORTS = '[[tool.archguard.forbidden]]\nid = "imports"\nfrom = ["**"]\nto = ["sqlite3"]\n'
CEILINGS = (
    '[[tool.archguard.size]]\nid = "ceilings"\n'
    "max_lines = 800\nmax_sloc = 600\nmax_lloc = 600\nmax_classes = 20\nmax_functions = 40\nmax_imports = 40\n"
    "max_importers = 100\nmax_function_lines = 80\nmax_arguments = 7\nmax_nesting = 5\nmax_statements = 50\n"
    "max_class_lines = 400\nmax_methods = 30\nmax_attributes = 30\n"
)
RADON = '[[tool.archguard.size]]\nid = "radon"\nmax_complexity = 15\nmin_maintainability = 10\n'
STRUCTURE = {
    "duplicates": (
        '[[tool.archguard.duplicates]]\nid = "duplicates"\nof = ["bodies", "class_names", "method_names"]\n'
    ),
    "health": '[[tool.archguard.health]]\nid = "health"\nchecks = ["unresolved", "empty", "stub"]\n',
    "unused": '[[tool.archguard.unused]]\nid = "unused"\nstrings = true\n',
    "symbols": '[[tool.archguard.unused]]\nid = "symbols"\nof = "symbols"\n',
    "files": '[[tool.archguard.files]]\nid = "files"\nfiles = ["**/*.py"]\ncontains = ["TODO", "<div"]\n',
}
SESSIONS = (
    '[tool.archguard.resources.db]\npreset = "sqlalchemy"\n\n'
    '[[tool.archguard.sessions]]\nid = "sessions"\nresource = "db"\nmodules = ["**"]\nopen = "with"\n'
    'forbid = ["hold", "transaction", "leak", "escape", "engine", "share", "async_mismatch", "commit_in_loop"]\n'
)
CODE = (
    '[[tool.archguard.code]]\nid = "swallowed"\nforbid = ["except Exception", "except"]\nswallows = true\n\n'
    '[[tool.archguard.code]]\nid = "timeouts"\ncalls = ["requests.*"]\nunless_keyword = ["timeout"]\n\n'
    '[[tool.archguard.code]]\nid = "html"\nliterals = ["</(div|table|span)>"]\n\n'
    '[[tool.archguard.code]]\nid = "globals"\nstatements = ["global"]\n'
)
# Every fact that some rule kind reads, but those that radon counts.
BUT_RADON = "\n".join((CEILINGS, *STRUCTURE.values(), SESSIONS, CODE))
EVERYTHING = f"{BUT_RADON}\n{RADON}"


def contracts(project: Project) -> str:
    """The two contracts of a project, as rules."""
    layers = ", ".join(f'"{module}"' for module in project.layer_modules)
    return (
        f'{HEAD}packages = ["{project.package}"]\nimport_linter = "off"\n\n'
        f'[[tool.archguard.layers]]\nid = "{ORDER}"\nlayers = [{layers}]\n\n'
        f'[[tool.archguard.forbidden]]\nid = "{NO_DRIVER}"\nfrom = ["{project.importers}"]\nto = ["{project.driver}"]\n'
    )
