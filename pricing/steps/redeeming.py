"""Vouchers: what each takes off the prices as promotions leave them, spread so that the parts sum (003, Vouchers)."""

from collections.abc import Iterator, Sequence

from facts.price_index import DUE_NOW
from facts.validity import valid_at
from models.cart.pricing_result import Discount, VoucherOutcome
from models.cart.sources import VOUCHER
from models.catalog.target import Target
from models.catalog.voucher import Voucher
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import order_fixed
from pricing.promotions.percentage import percentage_off
from pricing.sheet.counting import by_tax, count_gifts, counting_of
from pricing.sheet.keeping import kept_ids, kept_reduction
from pricing.sheet.outcomes import discounts_by_id
from pricing.sheet.payments import Payment, asked_for_first, payments
from pricing.sheet.rows import Part, Row, group_rows, in_order, of_rows
from pricing.sheet.worksheet import Share, Spread, Worksheet
from pricing.steps.budgeting import voucher_budget


def redeem_vouchers(sheet: Worksheet) -> None:
    """Redeem the vouchers in the order in which they came, each at the prices that those before it left."""
    if sheet.cart.held_vouchers:
        count_gifts(sheet)
    sheet.redeemed = {code: _redeem(code, sheet) for code in sheet.cart.held_vouchers}


def tell_vouchers(sheet: Worksheet) -> None:
    """Write down what came of the vouchers, with what each takes off the first period."""
    discounts = discounts_by_id(VOUCHER, sheet) if sheet.redeemed else {}
    sheet.result.vouchers = tuple(
        [
            _outcome(code, reason, sheet.facts.vouchers.get(code), discounts.get(code, ()))
            for code, reason in sheet.redeemed.items()
        ]
    )


def voucher_refused(voucher: Voucher | None, sheet: Worksheet) -> str | None:
    """Why a voucher takes nothing off, if there is a reason other than that nothing costs anything."""
    if voucher is None:
        return "unknown"
    if not valid_at(voucher.valid_for, sheet.at):
        starts = voucher.valid_for.start_date_time if voucher.valid_for else None
        return "not-started" if starts is not None and sheet.at < starts else "expired"
    if sheet.cart.header.block_discounts:
        return "discounts-blocked"
    if voucher_budget(voucher.code) in sheet.facts.exhausted:
        return "exhausted"
    if voucher.reduction_percent is None and voucher.currency != sheet.currency:
        return "other-currency"
    return None


def _redeem(code: str, sheet: Worksheet) -> str | None:
    """Take the voucher off; or else the code of the reason why it takes nothing off."""
    voucher = sheet.facts.vouchers.get(code)
    reason = voucher_refused(voucher, sheet)
    if voucher is None or reason is not None:
        return reason
    once, source = not voucher.every_recurring_payment, (VOUCHER, code)
    if once and sheet.calendar.left(source, 1) <= 0:
        return "nothing-to-reduce"
    if once and _kept_for_later(code, sheet):
        return None
    reduced = [row for part in _parts(voucher, sheet) for row in _take(part, voucher, sheet)]
    if reduced or code in kept_ids(sheet.kept, VOUCHER):
        return None
    if once:
        sheet.calendar.wait(source)
    return "nothing-to-reduce"


def _kept_for_later(code: str, sheet: Worksheet) -> bool:
    """Whether a line keeps a later payment that the voucher has reduced."""
    later = [phase for line in sheet.kept for price in line.item.prices for phase in price.later]
    return any((each.source, each.id) == (VOUCHER, code) for phase in later for each in phase.alterations)


def _outcome(code: str, reason: str | None, voucher: Voucher | None, discounts: tuple[Discount, ...]) -> VoucherOutcome:
    if voucher is None:
        return VoucherOutcome(code, reason=reason)
    return VoucherOutcome(
        code=code,
        name=voucher.name,
        reduction_percent=voucher.reduction_percent,
        reduction_amount=voucher.reduction_amount,
        every_recurring_payment=voucher.every_recurring_payment,
        reason=reason,
        discounts=discounts,
    )


def _parts(voucher: Voucher, sheet: Worksheet) -> Sequence[Part]:
    """What it takes off; a percentage is taken off every total."""
    totals = [in_order(rows) for rows in _open_rows(voucher.target, sheet)]
    if not (voucher.every_recurring_payment or sheet.calendar.first == 1):
        first = asked_for_first([row for rows in totals for row in rows], sheet)
        totals = [due for rows in totals if (due := [row for row in rows if row in first])]
    if voucher.reduction_percent is None:
        return _parts_of_amount(voucher, in_order([row for rows in totals for row in rows]), sheet)
    percent = parse_percent(voucher.reduction_percent)
    return [percentage_off(alike, percent, sheet.policy) for rows in totals for alike in by_tax(rows)]


def _parts_of_amount(voucher: Voucher, rows: Sequence[Row], sheet: Worksheet) -> Sequence[Part]:
    """An amount is taken off what is due now, and its rest off what is due later; off every payment by itself."""
    counting, parts, taken = counting_of(sheet), list[Part](), list[int]()
    kept = kept_reduction(sheet.kept, VOUCHER, voucher.code)
    billed = {*rows, *(row for row, _ in kept)}
    for payment in payments(billed, sheet) if voucher.every_recurring_payment else [Payment(billed, billed)]:
        given = counting.total(of_rows(kept, payment.together)) + sum([taken[place] for place in payment.others])
        left = whole = max(voucher.amount - given, 0)
        for in_arrears in (False, True):
            due = [r for r in rows if r.point.is_arrears is in_arrears and r in payment.rows]
            shares = order_fixed(counting.lines(due), left, sheet.policy, inclusive=counting.inclusive(due))
            left -= sum(shares)
            parts.append(counting.part(due, shares))
        taken.append(whole - left)
    if voucher.every_recurring_payment:
        sheet.turn_where_shares_end([*kept, *(pair for part in parts for pair in part)])
    return parts


def _open_rows(target: Target, sheet: Worksheet) -> Iterator[list[Row]]:
    """What is paid in the periods of the sheet, and in the target, by total."""
    lines = [line for line in sheet.lines if target.takes_offering(line.offering)]
    for (kind, _), rows in group_rows(lines).items():
        if kind in DUE_NOW:
            yield [
                row
                for row in rows
                if not row.settled
                and target.takes_price(row.type, row.period)
                and not (target.unreduced_only and row.is_reduced())
            ]


def _take(part: Part, voucher: Voucher, sheet: Worksheet) -> list[Row]:
    """Take the shares off; the rows that are reduced."""
    kind = "fixed" if voucher.reduction_percent is None else "percent"
    if sheet.spreads is not None:
        shares = [Share(row, row.amount, len(row.alterations), less) for row, less in part]
        sheet.spreads.append(Spread(shares, kind))
    reduced = [(row, discount) for row, discount in part if discount]
    for row, discount in reduced:
        first_only = row.type == "recurring" and not voucher.every_recurring_payment
        row.alter(VOUCHER, voucher.code, -discount, 1 if first_only else None, type=kind)
        if first_only:
            sheet.calendar.turn_after(1)
    return [row for row, _ in reduced]
