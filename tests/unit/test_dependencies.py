"""What is imported is declared, where it is needed, and what we know the insides of has an upper bound."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CLIENT = ("cartwright",)
APPLICATION = (
    *(
        "models",
        "facts",
        "pricing",
        "rules",
        "queries",
        "handlers",
        "engine",
        "dialects",
        "storage",
        "workers",
        "audit",
        "demo",
        "cli",
    ),
)
UNINSTALLED = {"hdrh": "hdrhistogram"}
"""Packages of groups that the tests do not install, where a module has another name than its package."""
ELSEWHERE = ROOT / "tests" / "clients" / "tutorials"
"""Programs that run in environments of their own, made by `make clients`."""
BOUNDED = ("aio-pika", "aiormq", "faststream", "motor", "pamqp", "pydantic", "pymongo")


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def requirements(*groups: str) -> dict[str, str]:
    """The requirements of the client and of these groups by name."""
    declared = list(PROJECT["project"]["dependencies"])
    for group in groups:
        for each in PROJECT["dependency-groups"][group]:
            declared += [each] if isinstance(each, str) else PROJECT["dependency-groups"][each["include-group"]]
    return {name_of(each): each for each in declared}


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def foreign(*folders: str) -> set[str]:
    """The packages that the files below these folders import and that are not ours."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if not file.is_relative_to(ELSEWHERE)]
    assert files
    # The root and `tests` are on the path, and for a program that is run by its path so is its own folder.
    on_path = {path.stem for folder in (ROOT, ROOT / "tests") for path in folder.iterdir()}
    beside = {file.parent: {path.stem for path in file.parent.glob("*.py")} for file in files}
    modules = {name for file in files for name in imports(file) if name not in beside[file.parent]}
    modules -= on_path | sys.stdlib_module_names
    known = packages_distributions()
    return {name_of(UNINSTALLED.get(name) or known.get(name, [name])[0]) for name in modules}


@pytest.mark.parametrize(
    ("folders", "groups"),
    [
        (CLIENT, ()),
        (APPLICATION, ("worker", "tracing")),
        (("stack", "tests"), ("worker", "dev")),
        (("benchmarks",), ("worker", "dev", "bench")),
    ],
)
def test_what_is_imported_is_declared(folders: tuple[str, ...], groups: tuple[str, ...]) -> None:
    assert foreign(*folders) - requirements(*groups).keys() == set()


def test_every_folder_with_code_is_looked_at() -> None:
    looked_at = {*CLIENT, *APPLICATION, "stack", "tests", "benchmarks"}
    assert {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")} <= looked_at


def test_the_client_needs_what_it_declares_and_nothing_else() -> None:
    assert foreign(*CLIENT) == requirements().keys()


@pytest.mark.parametrize("name", BOUNDED)
def test_packages_whose_insides_we_use_have_an_upper_bound(name: str) -> None:
    assert re.search(r"<\d", requirements("worker", "dev")[name])
