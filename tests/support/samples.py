"""The sample payloads of the five documents: a folder for each dialect, a file for each sample."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "samples"


def sample(dialect: str, name: str) -> dict[str, Any]:
    """One sample: `request` and `response`, as far as the document has both."""
    given: dict[str, Any] = json.loads((FOLDER / dialect / f"{name}.json").read_text(encoding="utf-8"))
    return given


def shape(value: object) -> object:
    """Names, nesting and types of a JSON value, without the values; numbers are of one type."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
