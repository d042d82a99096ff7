"""Totals: one per price type and period, and what is due now."""

from cartwright.models.cart import DueNow, TaxLine, Total
from cartwright.models.money import MoneyError, parse_amount
from cartwright.models.refusals import ErrorCode, Refusal
from cartwright.pricing.conversion import cash_round
from cartwright.pricing.price_index import listing_order
from cartwright.pricing.worksheet import Row, Worksheet

DUE_NOW = frozenset({"one-time", "recurring"})
"""Price types that are paid when the cart is: once, or their first period."""


def sum_totals(sheet: Worksheet) -> None:
    """Add up the rows per type and period, one-time first."""
    ordered = sorted(sheet.groups, key=listing_order)
    sheet.totals = tuple([_total(kind, period, sheet.groups[kind, period]) for kind, period in ordered])


def find_due_now(sheet: Worksheet) -> None:
    """The one-time total and the first period of every recurring one."""
    sheet.due_now = DueNow(sum([total.gross for total in sheet.totals if total.type in DUE_NOW]))


def round_for_cash(sheet: Worksheet) -> None:
    """Round what is payable to the coins that exist, if the policy names a smallest one."""
    smallest = sheet.policy.cash_rounding
    if smallest is not None:
        due = sheet.due_now
        rounded = cash_round(due.payable, _coin(smallest, sheet.cart.currency), sheet.policy.rounding)
        sheet.due_now = DueNow(due.gross, due.adjustments, rounded - due.payable)


def _coin(smallest: str, currency: str) -> int:
    try:
        return parse_amount(smallest, currency)
    except MoneyError as error:
        raise Refusal(ErrorCode.INVALID, f"The cash rounding is not an amount in {currency}: {error}") from None


def _total(kind: str, period: str | None, rows: list[Row]) -> Total:
    listed = altered = net = gross = 0
    taxes: dict[tuple[str, str], int] = {}
    for row in rows:
        listed += row.list_amount
        altered += row.amount
        net += row.net
        gross += row.gross
        for tax, amount in zip(row.taxation.taxes, row.taxes):  # noqa: B905 (as many as `tax_lines` was given)
            key = (tax.id, tax.rate)
            taxes[key] = taxes.get(key, 0) + amount
    return Total(
        type=kind,
        period=period,
        list_amount=listed,
        discount=listed - altered,
        net=net,
        taxes=tuple([TaxLine(tax_id, rate, amount) for (tax_id, rate), amount in sorted(taxes.items())]),
        gross=gross,
    )
