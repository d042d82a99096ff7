"""Totals: one per price type and period, and what is due now."""

from cartwright.models.cart import DueNow, TaxLine, Total
from cartwright.pricing.choosing import TYPE_ORDER
from cartwright.pricing.worksheet import Row, Worksheet


def sum_totals(sheet: Worksheet) -> None:
    """Add up the rows per type and period, one-time first."""
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for line in sheet.lines:
        for row in line.rows:
            groups.setdefault((row.point.type, row.point.period), []).append(row)
    ordered = sorted(groups.items(), key=lambda group: (TYPE_ORDER[group[0][0]], group[0][1] or ""))
    sheet.totals = tuple(_total(kind, period, rows) for (kind, period), rows in ordered)


def find_due_now(sheet: Worksheet) -> None:
    """The one-time total and the first period of every recurring one."""
    sheet.due_now = DueNow(sum(total.gross for total in sheet.totals if total.type in {"one-time", "recurring"}))


def _total(kind: str, period: str | None, rows: list[Row]) -> Total:
    taxes: dict[tuple[str, str], int] = {}
    for row in rows:
        for tax in row.taxes:
            taxes[tax.id, tax.rate] = taxes.get((tax.id, tax.rate), 0) + tax.amount
    return Total(
        type=kind,
        period=period,
        list_amount=sum(row.list_amount for row in rows),
        discount=sum(row.list_amount - row.altered for row in rows),
        net=sum(row.net for row in rows),
        taxes=tuple(TaxLine(tax_id, rate, amount) for (tax_id, rate), amount in sorted(taxes.items())),
        gross=sum(row.gross for row in rows),
    )
