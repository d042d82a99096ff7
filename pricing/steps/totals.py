"""Totals: one per price type and period, and what is due now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from cartwright.wire.money import MAX_AMOUNT, MoneyError, digits, parse_amount
from cartwright.wire.policy import COINS, SMALLEST_COINS
from cartwright.wire.refusals import ErrorCode, Refusal
from facts.price_index import DUE_NOW, listing_order
from facts.validity import valid_at
from models.cart.price import Alteration, TaxLine
from models.cart.pricing_result import Conversion, DueNow, Total
from models.cart.sources import SOURCES
from models.catalog.exchange_rate import ExchangeRate
from models.money.rates import parse_rate
from pricing.arithmetic.conversion import cash_round, convert
from pricing.sheet.rows import Row, Taxation, TotalKey
from pricing.sheet.worksheet import Worksheet

OfSource = tuple[str, str, int | None, str | None, int | None]
"""Source, id, periods, type and priority of an alteration."""
_OF_SOURCE = attrgetter("source", "id", "periods", "type", "priority")


def sum_totals(sheet: Worksheet) -> None:
    """Add up the rows per type and period, one-time first; raise `invalid` for what is beyond anything to be meant."""
    ordered = sorted(sheet.groups, key=listing_order)
    sheet.result.totals = tuple([total_of(key, sheet.groups[key]) for key in ordered])
    if any(total.gross > MAX_AMOUNT or total.list_amount > MAX_AMOUNT for total in sheet.result.totals):
        raise Refusal(ErrorCode.INVALID, "The total of the cart is beyond the largest amount.")


def find_due_now(sheet: Worksheet) -> None:
    """The one-time total and the first period of every recurring one, less what is billed in arrears."""
    gross = net = 0
    for total in sheet.result.totals:
        if total.type in DUE_NOW:
            gross += total.gross
            net += total.net
    for row in _rows_in_arrears(sheet):
        gross -= row.gross
        net -= row.net
    sheet.result.due_now = DueNow(gross, net=net)


def in_arrears(sheet: Worksheet) -> int:
    """What recurring prices cost that are billed when their period ends."""
    return sum([row.gross for row in _rows_in_arrears(sheet)])


def _rows_in_arrears(sheet: Worksheet) -> list[Row]:
    recurring = [rows for (kind, _), rows in sheet.groups.items() if kind == "recurring"]
    return [row for rows in recurring for row in rows if row.point.is_arrears]


def round_for_cash(sheet: Worksheet) -> None:
    """Round what is payable to the coins that exist, if the policy names a smallest one."""
    smallest = sheet.policy.cash_rounding
    if smallest == COINS:
        smallest = SMALLEST_COINS.get(sheet.currency)
    if smallest is not None:
        due = sheet.result.due_now
        rounded = cash_round(due.payable, _coin(smallest, sheet), sheet.policy.rounding)
        sheet.result.due_now = replace(due, rounding=rounded - due.payable)


def convert_due_now(sheet: Worksheet) -> None:
    """Say what is payable in every currency that there is a rate to; converted once, on the total."""
    source = sheet.currency
    rates = [each for each in sheet.facts.table("rates").values() if each.source == source]
    if rates:
        valid = [each for each in rates if valid_at(each.valid_for, sheet.at)]
        latest = {each.target: each for each in sorted(valid, key=_start)}
        conversions = tuple(_converted(latest[target], sheet) for target in sorted(latest))
        told = tuple(each for each in conversions if each.payable <= MAX_AMOUNT)
        sheet.result.due_now = replace(sheet.result.due_now, conversions=told)
        for each in conversions:
            if each not in told:
                sheet.warn("conversion-too-large", f"What is payable is beyond the largest amount in {each.currency}.")


def _start(rate: ExchangeRate) -> tuple[bool, str, str]:
    start = rate.valid_for.start_date_time if rate.valid_for else None
    return start is not None, start.isoformat() if start else "", rate.id


def _converted(rate: ExchangeRate, sheet: Worksheet) -> Conversion:
    places = digits(rate.source), digits(rate.target)
    payable = convert(sheet.result.due_now.payable, parse_rate(rate.rate), *places, sheet.policy.rounding)
    return Conversion(rate.target, rate.rate, payable)


def _coin(smallest: str, sheet: Worksheet) -> int:
    """The coin in minor units; one that the tenant states and the cart's currency can't have rounds nothing."""
    currency, choice = sheet.currency, sheet.cart.header.pricing_policy
    try:
        return parse_amount(smallest, currency)
    except MoneyError as error:
        if choice is not None and choice.cash_rounding is not None:
            raise Refusal(ErrorCode.INVALID, f"The cash rounding is not an amount in {currency}: {error}") from None
        sheet.warn("cash-rounding-currency", f"The cash rounding of {smallest} is not an amount in {currency}.")
        return 1


def _by_source(altered: tuple[OfSource, int]) -> tuple[int, int, str, int, str]:
    """The order of a total's alterations, whatever the order of the lines."""
    source, of, periods, kind, priority = altered[0]
    return SOURCES.index(source), -(priority or 0), of, periods or 0, kind or ""


def total_of(key: TotalKey, rows: Iterable[Row]) -> Total:
    """The sum of rows of one type and period."""
    listed = altered = net = gross = 0
    taxed: dict[int, tuple[Taxation, list[tuple[int, ...]]]] = {}
    alterations: dict[OfSource, int] = defaultdict(int)
    for row in rows:
        listed += row.list_amount
        altered += row.amount
        net += row.net
        gross += row.gross
        taxation = row.taxation
        if taxation.taxes:
            alike = taxed.get(id(taxation))
            if alike is None:
                alike = taxed[id(taxation)] = taxation, []
            alike[1].append(row.taxes)
        for each in row.alterations:
            alterations[_OF_SOURCE(each)] += each.amount
    taxes: dict[tuple[str, str], int] = {}
    for taxation, amounts in taxed.values():
        for tax, of_rows in zip(taxation.taxes, zip(*amounts, strict=True), strict=True):
            of_tax = tax.id, tax.rate
            taxes[of_tax] = taxes.get(of_tax, 0) + sum(of_rows)
    return Total(
        type=key[0],
        period=key[1],
        list_amount=listed,
        discount=listed - altered,
        net=net,
        taxes=tuple([TaxLine(tax_id, rate, amount) for (tax_id, rate), amount in sorted(taxes.items())]),
        gross=gross,
        alterations=tuple(
            [
                Alteration(source, of, amount, periods, kind, priority)
                for (source, of, periods, kind, priority), amount in sorted(alterations.items(), key=_by_source)
            ]
        ),
    )
