"""The page of coverage: every row names a test that exists; every command, change, event and field has a row."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from cartwright.wire.events import EVENTS
from handlers.registry import commands
from models.changes.change import change_kinds

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "coverage.md"
FIELDS = Path(__file__).with_name("coverage_fields.txt").read_text(encoding="utf-8").split()
"""The names of all fields of document 002's cart."""
PROVED_BY = "proved by"

Row = list[str]
Table = tuple[Row, list[Row]]


def tables(page: str) -> Iterator[Table]:
    """Heads and rows of the tables of a page."""
    for block in re.findall(r"(?:^\|.*\n?)+", page, re.MULTILINE):
        head, _, *rows = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in block.splitlines())
        yield head, rows


def named(cells: Iterable[str]) -> set[str]:
    """All names in the code of some cells: kebab-case ones, and the parts of dotted ones."""
    return {name for cell in cells for code in re.findall(r"`([^`]+)`", cell) for name in re.findall(r"[\w-]+", code)}


@cache
def functions(path: str) -> set[str]:
    """The names of the tests of a file; none if there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    defined = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return {each.name for each in defined if each.name.startswith("test_")}


def wrong(row: Row) -> list[str]:
    """What is wrong with the last cell of a row that a test should prove."""
    tests = re.findall(r"`([^`]+)`", row[-1])
    missing = []
    for each in tests:
        path, _, function = each.partition("[")[0].partition("::")
        if function not in functions(path):
            missing.append(f"there is no test {each}")
    return missing or ([] if tests else [f"nothing proves {row[0]}"])


TABLES = list(tables(PAGE.read_text(encoding="utf-8")))
PROVED = [row for head, rows in TABLES if head[-1] == PROVED_BY for row in rows]
OTHERS = [row for head, rows in TABLES if head[-1] != PROVED_BY for row in rows]


@pytest.mark.parametrize("row", PROVED, ids=lambda row: row[0][:60])
def test_every_row_names_tests_that_exist(row: Row) -> None:
    assert wrong(row) == []


def test_every_row_is_as_long_as_its_head() -> None:
    assert [row for head, rows in TABLES for row in rows if len(row) != len(head) or not all(row)] == []


def test_what_is_not_there_is_proved_by_nothing() -> None:
    assert [row for row in OTHERS if "::" in " ".join(row)] == []


def test_every_command_has_a_row() -> None:
    assert commands().keys() - named(row[0] for row in PROVED) == set()


def test_every_kind_of_change_has_a_row() -> None:
    assert change_kinds().keys() - named(row[0] for row in PROVED) == set()


def test_every_event_has_a_row_or_is_said_to_be_missing() -> None:
    assert EVENTS.keys() - named(row[0] for row in PROVED) - named(cell for row in OTHERS for cell in row) == set()


def test_every_field_of_the_telecom_cart_has_a_row() -> None:
    about = [rows for head, rows in TABLES if head[0] in {"fields of 002", "of 002"}]
    unproved = [row[1] for head, rows in TABLES if head == ["document", "what"] for row in rows]
    there = named([*(row[0] for rows in about for row in rows), *unproved])
    assert [field for field in FIELDS if field not in there] == []


def test_every_field_of_the_subscription_shop_has_a_row() -> None:
    samples = sorted((ROOT / "tests" / "samples" / "subscription-shop").glob("*.json"))
    fields = {name for each in samples for name in json.loads(each.read_text(encoding="utf-8"))}
    [rows] = [rows for head, rows in TABLES if head[0] == "fields of 001"]
    rules = [row for head, rows in TABLES if head == ["rule", "here", PROVED_BY] for row in rows]
    there = {code for row in (*rows, *rules) for code in re.findall(r"`([^`]+)`", row[0])}
    assert len(samples) == 9
    assert fields - there - {"cart"} == set()


def test_a_row_without_its_test_is_found() -> None:
    here = "tests/unit/test_coverage.py::test_a_row_without_its_test_is_found"
    page = f"| a | {PROVED_BY} |\n| --- | --- |\n| `x` | `{here}[1]` |\n| y | `{here}s` |\n| z | soon |\n"
    [(head, rows)] = tables(page)
    assert (head, named(row[0] for row in rows)) == (["a", PROVED_BY], {"x"})
    assert [wrong(row) for row in rows] == [[], [f"there is no test {here}s"], ["nothing proves z"]]
    assert wrong(["x", "`tests/unit/test_no.py::test_x`"]) == ["there is no test tests/unit/test_no.py::test_x"]
