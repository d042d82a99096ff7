"""The command reference, and the schema of one command."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from cartwright.wire.refusals import RETRYABLE, ErrorCode
from cli.app import app
from cli.schema.messages import example_body
from cli.schema.reference import reference
from cli.schema.schemas import FAMILIES, standalone_schema
from handlers.registry import commands

PAGE = reference()
HEADINGS = re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
runner = CliRunner()


def test_every_command_and_every_kind_has_a_section() -> None:
    kinds = [kind for family in FAMILIES.values() for kind in family.models]
    assert set(commands()) | set(kinds) <= set(HEADINGS)


def test_no_section_has_the_name_of_another() -> None:
    assert len(set(HEADINGS)) == len(HEADINGS)


def test_every_link_leads_to_a_section() -> None:
    anchors = {heading.lower().replace(" ", "-") for heading in HEADINGS}
    links = set(re.findall(r"\(#([^)]*)\)", PAGE))
    assert {"newitem", "conditions-of-promotions"} <= links
    assert links <= anchors


def test_no_field_is_without_a_type_and_a_meaning() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    assert len(rows) > 300
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


@pytest.mark.parametrize("code", sorted(ErrorCode))
def test_every_error_code_says_whether_it_is_retryable(code: ErrorCode) -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{code}` ")]
    assert row.endswith("| yes |" if code in RETRYABLE else "| no |")


def test_a_stale_page_is_found(tmp_path: Path) -> None:
    document = tmp_path / "asyncapi.json"
    assert runner.invoke(app, ["schema", "--output", str(document)]).exit_code == 0
    page = tmp_path / "commands.md"
    page.write_text(page.read_text().replace("# Commands", "# Orders"))
    stale = runner.invoke(app, ["schema", "--check", "--output", str(document)])
    assert stale.exit_code == 1
    assert "commands.md: stale" in stale.output


@pytest.mark.parametrize("kind", commands())
def test_the_schema_of_a_command_stands_alone(kind: str) -> None:
    validator = Draft202012Validator(standalone_schema(kind))
    shown = example_body(kind, commands()[kind])
    assert validator.is_valid(shown)
    assert not validator.is_valid({**shown, "unheardOf": 1})


def test_a_schema_is_printed() -> None:
    printed = json.loads(runner.invoke(app, ["schema", "Condition"]).output)
    assert {"$ref": "#/$defs/Quantity"} in printed["oneOf"]
    unknown = runner.invoke(app, ["schema", "nothing"])
    assert unknown.exit_code == 2
    assert "there is no command and no type nothing" in unknown.output


def test_the_commands_are_listed_with_what_they_do() -> None:
    listed = json.loads(runner.invoke(app, ["commands", "--json"]).output)
    assert list(listed) == list(commands())
    assert all(len(text) > 20 for text in listed.values())
    lines = runner.invoke(app, ["commands"]).output.splitlines()
    assert [line.split()[0] for line in lines] == list(commands())
