"""The page about metrics, the dashboard and the alerts name what there is: all of it, and nothing else."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.readings import READINGS
from workers.metrics.gc_pauses import GcPauses
from workers.metrics.health import liveness, readiness
from workers.metrics.serving import registered

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
ALERTS = (ROOT / "deploy" / "prometheus" / "alerts.yaml").read_text(encoding="utf-8")
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "cartwright.json").read_text(encoding="utf-8"))
FAMILIES = list(registered(lambda: READINGS, GcPauses()).collect())
SAMPLES = {sample.name: sample.labels.keys() for family in FAMILIES for sample in family.samples}
ADDED = {"job", "instance", "le"}
"""Labels that Prometheus adds, and that of a histogram's bounds."""


def rows(head: str) -> list[list[str]]:
    """The rows of the table whose head begins so."""
    [table] = [block for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE) if block.startswith(f"| {head} |")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def metrics() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name as it is scraped, type and labels of every metric."""
    for family in FAMILIES:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        yield name, family.type, tuple(sorted(labels))


def expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "expr")
        yield from (each for part in value.values() for each in expressions(part))
    elif isinstance(value, list):
        yield from (each for part in value for each in expressions(part))


def alerts() -> Iterator[tuple[str, str]]:
    """Name and expression of every alert."""
    for rule in re.split(r"^ +- alert: ", ALERTS, flags=re.MULTILINE)[1:]:
        name, _, rest = rule.partition("\n")
        found = re.search(r"expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)", rest)
        assert found, name
        yield name, found[1] or found[2]


def unknown(expression: str) -> Iterable[str]:
    """Metrics and labels in an expression that do not exist."""
    names = set(re.findall(r"\b(?:cart|python|process)_[a-z_]+\b", expression))
    labels = {
        label for group in re.findall(r"\b(?:by|on) \(([^)]*)\)", expression) for label in re.split(r", *", group)
    }
    labels |= set(re.findall(r"(\w+) ?=~?\"", expression)) | set(re.findall(r"(\w+)=~?\\?\"", expression))
    known = ADDED.union(*(SAMPLES[name] for name in names & SAMPLES.keys()))
    return (names - SAMPLES.keys()) | (labels - known)


def test_every_metric_is_documented_with_type_and_labels() -> None:
    cells = [(named(cell), kind, tuple(sorted(named(labels)))) for cell, kind, labels, _ in rows("metric")]
    documented = {(name, kind, labels) for names, kind, labels in cells for name in names}
    assert documented == set(metrics())
    assert len(rows("metric")) == len(documented)


def test_every_check_is_documented() -> None:
    assert [named(row[0])[0] for row in rows("check of `/ready`")] == [each.check for each in readiness(READINGS)]
    assert [named(row[0])[0] for row in rows("check of `/live`")] == [each.check for each in liveness(READINGS)]


def test_every_alert_is_documented_and_about_what_exists() -> None:
    assert [name for row in rows("alert") for name in named(row[0])] == [name for name, _ in alerts()]
    assert ALERTS.count("expr:") == len(list(alerts()))
    for name, expression in alerts():
        assert not unknown(expression), name
        assert re.search(r"\bcart_", expression), name


def test_the_dashboard_is_about_what_exists() -> None:
    found = list(expressions(DASHBOARD))
    assert len(found) > 30
    for expression in found:
        assert not unknown(expression), expression
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_every_stage_is_documented() -> None:
    written = (ROOT / "workers" / "instruments.py").read_text(encoding="utf-8")
    stages = re.findall(r'^            "(\w+)": \S+_seconds,$', written, re.MULTILINE)
    assert stages == [named(row[0])[0] for row in rows("stage")]


@pytest.mark.parametrize(
    "wrong", ["rate(cart_command_total[5m])", "sum by (kind) (cart_commands_total)", 'cart_parked_total{why="x"}']
)
def test_what_does_not_exist_is_found(wrong: str) -> None:
    assert unknown(wrong)
