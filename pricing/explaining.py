"""Explanations, read off a filled sheet: they cost nothing unless somebody asks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from cartwright.wire.policy import TaxLevel
from facts.price_index import DUE_NOW
from facts.snapshot import Facts
from models.answers.explanation import Explanation, Ledger, LedgerLine, PromotionVerdict
from models.cart.adjustments import used_amounts
from models.cart.cart import Cart
from models.catalog.price_point import PricePoint
from models.changes.change import Change
from pricing.arithmetic.discounts import DiscountLine, order_weights
from pricing.causes.meanwhile import TABLES
from pricing.price import filled_sheet, priced_cart
from pricing.sheet.counting import STATED, counting_of
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Spread, Worksheet
from pricing.steps.budgeting import unheld_budgets
from pricing.steps.tiers import exact_list_price
from pricing.steps.totals import in_arrears

CHANGE_RULE = "change-rule"
"""The step from what the catalog asks to what the line keeps."""
OPENING_STEPS = ("list-price", "kept-price", CHANGE_RULE)
"""What a ledger begins with; they lead to the list price that the line has."""
PERCENT = "percent"
"""The kind of reduction that is of prices as they are stated."""
TAX_STEPS = ("tax", "tax-exemption")
"""What comes last in a ledger."""

Shares = dict[tuple[int, int], tuple[Fraction, int]]
"""By identity of a row and place of an alteration: the exact share, and the minor units beyond it."""


def explain(cart: Cart, facts: Facts, at: datetime, changes: Sequence[Change] = ()) -> tuple[Cart, Explanation]:
    """The priced cart, as `price` has it, and why; raises `Refusal` and `HistoryWanted`."""
    sheet = filled_sheet(cart, facts, at, changes, explained=True)
    explanation = _explanation(sheet)
    return priced_cart(sheet), explanation


def explain_as_priced(cart: Cart, catalogs: Iterable[Facts]) -> Explanation:
    """Why a cart has the prices that it has: of the time and of the catalog that gave them, one of these.

    Of what there is only so many it had what it holds by its own record, whatever is left of that by now.
    """
    stamp, held = cart.pricing.stamp, cart.pricing.budgets
    facts = {each.revision: each for each in catalogs}[stamp.catalog_revision]
    facts = replace(facts, exhausted=facts.exhausted.difference(held))
    while True:
        sheet = filled_sheet(cart, facts, stamp.priced_at or cart.updated.at, explained=True)
        missing = unheld_budgets(sheet)
        if not missing:
            return _explanation(sheet)
        facts = replace(facts, exhausted=facts.exhausted | missing)


def _explanation(sheet: Worksheet) -> Explanation:
    """Why everything on a sheet that was filled to be explained is what it is."""
    shares, totals = _shares(sheet), sheet.result.totals
    items = [(row, _ledger(row, shares, sheet)) for line in sheet.lines for row in line.kept or line.rows]
    return Explanation(
        currency=sheet.currency,
        policy=sheet.policy,
        catalog_revision=sheet.facts.revision,
        at=sheet.at,
        items=tuple(ledger for _, ledger in items),
        totals=tuple(_summed(total.type, total.period, [ledger for _, ledger in items]) for total in totals),
        due_now=_due_now(sheet),
        promotions=tuple(
            PromotionVerdict(
                each.promotion_id, _revision("promotions", each.promotion_id, sheet), each.reason, each.condition
            )
            for each in sheet.verdicts
        ),
    )


def _ledger(row: Row, shares: Shares, sheet: Worksheet) -> Ledger:
    lines = []
    amount = 0
    for line in _moves(row, shares, sheet):
        lines.append(replace(line, before=amount, after=amount + line.after))
        amount += line.after
    return Ledger(row.item_id, row.point_id, row.type, row.period, tuple(lines), row.prior)


def _moves(row: Row, shares: Shares, sheet: Worksheet) -> Iterator[LedgerLine]:
    """The lines of a row, each from nothing to its own amount."""
    point = row.point
    if row.kept:
        yield LedgerLine("kept-price", point.id, 0, row.list_amount)
    elif row.keeping is not None:
        kept, rule, by_catalog = row.keeping
        yield _listed(by_catalog, row.quantity, kept.list_amount, sheet)
        yield LedgerLine(CHANGE_RULE, point.id, 0, row.list_amount - kept.list_amount, note=rule.words)
    else:
        yield _listed(point, row.quantity, row.list_amount, sheet)
    for place, each in enumerate(row.alterations):
        share, odd = shares.get((id(row), place), (None, 0))
        table = TABLES.get(each.source)
        revision = None if table is None else _revision(table, each.id, sheet)
        yield LedgerLine(each.source, each.id, 0, each.amount, revision, share, odd)
    factors = row.taxation.rates.factors(point.tax_included)
    for tax, amount, (num, den) in zip(row.taxation.taxes, row.taxes, factors, strict=True):
        exact = Fraction(row.amount * num, den)
        revision = _revision("taxes", tax.id, sheet)
        odd = amount - int(exact) if sheet.policy.tax_level is TaxLevel.GROUP and amount else 0
        if point.tax_included:
            yield LedgerLine("tax", tax.id, 0, 0, revision, exact, odd, contained=amount)
        else:
            yield LedgerLine("tax", tax.id, 0, amount, revision, exact, odd)
    if point.tax_included and row.gross != row.amount:
        yield LedgerLine("tax-exemption", None, 0, row.gross - row.amount)


def _listed(point: PricePoint, quantity: int, amount: int, sheet: Worksheet) -> LedgerLine:
    """What a price point asks for so many units, `amount` minor units."""
    exact = exact_list_price(point, quantity)
    return LedgerLine("list-price", point.id, 0, amount, _revision("prices", point.id, sheet), exact)


def _summed(kind: str, period: str | None, ledgers: list[Ledger]) -> Ledger:
    """The lines of all ledgers of one total, those of one step and source together."""
    sums: dict[tuple[str, str | None, int | None], int] = {}
    contained: dict[tuple[str, str | None, int | None], int] = {}
    for ledger in ledgers:
        if (ledger.type, ledger.period) == (kind, period):
            for line in ledger.lines:
                source = None if line.step in OPENING_STEPS else line.source
                key = (line.step, source, line.revision if source else None)
                sums[key] = sums.get(key, 0) + line.amount
                if line.contained is not None:
                    contained[key] = contained.get(key, 0) + line.contained
    lines = []
    amount = 0
    for key in sorted(sums, key=lambda each: each[0] in TAX_STEPS):
        (step, source, revision), moved = key, sums[key]
        lines.append(LedgerLine(step, source, amount, amount + moved, revision, contained=contained.get(key)))
        amount += moved
    return Ledger(None, None, kind, period, tuple(lines))


def _due_now(sheet: Worksheet) -> Ledger:
    due = sheet.result.due_now
    totals = [each for each in sheet.result.totals if each.type in DUE_NOW]
    moves: list[tuple[str, str | None, int]] = [
        (f"total {each.period or each.type}", None, each.gross) for each in totals
    ]
    moves.append(("arrears", None, -in_arrears(sheet)))
    adjustments = sheet.cart.adjustments
    used = used_amounts(adjustments, due.gross, sheet.currency)
    moves += [(each.kind, each.id, -amount) for each, amount in zip(adjustments, used, strict=True)]
    moves.append(("cash-rounding", None, due.rounding))
    lines = []
    amount = 0
    for step, source, moved in moves:
        if moved:
            lines.append(LedgerLine(step, source, amount, amount + moved))
            amount += moved
    return Ledger(None, None, None, None, tuple(lines))


def _shares(sheet: Worksheet) -> Shares:
    found: Shares = {}
    for spread in sheet.spreads or ():
        if len(spread.shares) > 1:
            found.update(_shares_of(spread, sheet))
    return found


def _shares_of(spread: Spread, sheet: Worksheet) -> Iterator[tuple[tuple[int, int], tuple[Fraction, int]]]:
    rows = [share.row for share in spread.shares]
    counting = STATED if spread.kind == PERCENT else counting_of(sheet)
    lines = [
        DiscountLine(row.list_amount, counting.of(row, share.before), row.quantity, row.taxation.rates)
        for row, share in zip(rows, spread.shares, strict=True)
    ]
    weights = order_weights(lines, sheet.policy, counting.inclusive(rows))
    taken, whole = counting.total([(share.row, share.discount) for share in spread.shares]), sum(weights)
    for share, weight in zip(spread.shares, weights, strict=True):
        exact = counting.exactly_stated(share.row, Fraction(taken * weight, whole)) if whole else Fraction(0)
        yield (id(share.row), share.place), (-exact, share.discount - int(exact))


def _revision(kind: str, row_id: str, sheet: Worksheet) -> int | None:
    return sheet.facts.since.get(kind, {}).get(row_id)
