"""The page of settings says of each what the code says: its name, its default, what is allowed."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from workers.environment import allowed, variable
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "settings.md").read_text().splitlines()
    if line.startswith("| `CART_")
]
PAGE = {row[0].strip("`"): row[1:] for row in ROWS}
IN_ITS_OWN_WORDS = {"amqp_url", "mongo_url", "token_keys", "tenant_weights"}
"""What these may be, validators say."""


def default(field: FieldInfo) -> str:
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    if value is None or value == "":
        return "none"
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"`{text.lower() if isinstance(value, bool) else text}`"


def test_every_setting_has_one_row_and_nothing_else_has() -> None:
    assert sorted(row[0].strip("`") for row in ROWS) == sorted(map(variable, Settings.model_fields))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_the_row_says_what_the_code_says(name: str) -> None:
    field = Settings.model_fields[name]
    shown, may_be, meaning = PAGE[variable(name)]
    assert shown == default(field)
    assert name in IN_ITS_OWN_WORDS or may_be == allowed(name, field)
    assert len(meaning.split()) > 1


def test_what_the_readme_says_of_defaults_is_so() -> None:
    readme = re.findall(r"^\| `(CART_\w+)` \| `([^`]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert readme
    assert {name: f"`{shown}`" for name, shown in readme} == {name: PAGE[name][0] for name, _ in readme}
