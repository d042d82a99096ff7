"""The report of a job on the command line: histogram, files, how to come back."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import typer

from cartwright.wire.jobs import ReportEntry
from cli.report import Histogram, check_writable, writer_of
from cli.reprice import Shown


def line(*amounts: tuple[str, str], currency: str = "EUR", period: str | None = None) -> ReportEntry:
    kind = "recurring" if period else "one-time"
    rows = [
        {"currency": currency, "type": kind, "period": period, "before": before, "after": after}
        for before, after in amounts
    ]
    fields: dict[str, Any] = {"cartId": "c-1", "version": [1, 2], "outcome": "changed", "code": None}
    because = ["list-price-changed", "tax-changed"]
    return ReportEntry.model_validate_json(json.dumps({**fields, "amounts": rows, "because": because}))


def test_counts_rises_and_falls_by_size() -> None:
    histogram = Histogram()
    moves = ["100.00", "100.001", "100.01", "100.99", "101.00", "105.00", "99.99", "95.00", "-500.00", "600.00"]
    for after in moves:
        histogram.add(line(("100.00", after)))
    assert histogram.rows() == [
        ("one-time EUR", "-500 or more", 1),
        ("one-time EUR", "-5 to -10", 1),
        ("one-time EUR", "-0.01 to -1", 1),
        ("one-time EUR", "+0 to +0.01", 1),
        ("one-time EUR", "+0.01 to +1", 2),
        ("one-time EUR", "+1 to +5", 1),
        ("one-time EUR", "+5 to +10", 1),
        ("one-time EUR", "+500 or more", 1),
    ]


def test_keeps_currencies_types_and_periods_apart() -> None:
    histogram = Histogram()
    for each in (line(("1", "3")), line(("1", "3"), currency="JPY"), line(("1", "3"), period="P1M")):
        histogram.add(each)
    assert histogram.rows() == [
        ("one-time EUR", "+1 to +5", 1),
        ("one-time JPY", "+1 to +5", 1),
        ("recurring P1M EUR", "+1 to +5", 1),
    ]


def test_json_lines_are_as_on_the_wire(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with writer_of(path) as write:
        assert write is not None
        write(line(("1.10", "2.20")))
        write(line())
    first, second = map(json.loads, path.read_text().splitlines())
    assert first["amounts"][0] | {"before": "1.10", "after": "2.20"} == first["amounts"][0]
    assert (first["cartId"], first["version"], second["amounts"]) == ("c-1", [1, 2], [])


def test_csv_has_a_row_for_each_amount_and_one_for_a_cart_without(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    with writer_of(path) as write:
        assert write is not None
        write(line(("1.10", "2.20"), ("3", "4"), period="P1M"))
        write(line())
    because = "list-price-changed tax-changed"
    assert path.read_text().splitlines() == [
        "cartId,versionBefore,versionAfter,outcome,code,currency,type,period,before,after,because",
        f"c-1,1,2,changed,,EUR,recurring,P1M,1.10,2.20,{because}",
        f"c-1,1,2,changed,,EUR,recurring,P1M,3,4,{because}",
        f"c-1,1,2,changed,,,,,,,{because}",
    ]


def test_amounts_keep_their_decimals() -> None:
    [amount] = line(("12.3450", "0.10")).amounts
    assert (amount.before, str(amount.after)) == (Decimal("12.3450"), "0.10")


def test_a_file_that_can_not_be_written_ends_with_two(tmp_path: Path) -> None:
    check_writable(None)
    check_writable(tmp_path / "new.csv")
    with pytest.raises(typer.Exit) as ended:
        check_writable(tmp_path)
    assert ended.value.exit_code == 2


def test_says_how_to_come_back() -> None:
    shown = Shown("acme", Path("my report.csv"), as_json=False)
    assert shown.way_back("j-1") == "cart reprice --job j-1 --tenant acme --out 'my report.csv'"
    assert Shown("acme", None, as_json=True).way_back("j-1") == "cart reprice --job j-1 --tenant acme"
