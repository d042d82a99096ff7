"""The contracts of import-linter cover the whole tree: a new folder of code has its place, or this fails."""

import ast
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINTER = PROJECT["tool"]["importlinter"]
APART = {"tests", "benchmarks"}
"""What nobody imports."""


def packages() -> set[str]:
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - APART


def contracts(kind: str) -> list[dict[str, Any]]:
    return [each for each in LINTER["contracts"] if each["type"] == kind]


def test_every_folder_has_a_layer() -> None:
    layers = next(each["layers"] for each in contracts("layers") if "containers" not in each)
    named = [name.strip() for layer in layers for name in layer.replace("|", ":").split(":")]
    assert sorted(named) == sorted(packages())
    assert set(LINTER["root_packages"]) == packages()
    assert set(PROJECT["tool"]["mypy"]["packages"]) == packages()


SIBLINGS = [
    "handlers/cart",
    "handlers/catalog",
    "handlers/jobs",
    "handlers/queries",
    "pricing/conditions",
    "pricing/benefits",
    "rules/kinds",
]


@pytest.mark.parametrize("folder", SIBLINGS)
def test_siblings_are_independent(folder: str) -> None:
    alone = {module for each in contracts("independence") for module in each["modules"]}
    assert f"{folder.replace('/', '.')}.*" in alone
    assert len(list((ROOT / folder).glob("*.py"))) > 2


def dialect_folders() -> list[Path]:
    return [path.parent for path in (ROOT / "dialects").glob("*/dialect.py")]


@pytest.mark.parametrize("folder", dialect_folders(), ids=lambda folder: folder.name)
def test_dialects_know_none_of_their_siblings(folder: Path) -> None:
    siblings = {f"dialects.{each.name}" for each in dialect_folders()} - {f"dialects.{folder.name}"}
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not {".".join(module.split(".")[:2]) for module in modules} & siblings, file
