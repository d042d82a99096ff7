"""Promotions: lines first, then containers, then the cart; each is tested at the prices that those before it left.

If the pricing policy says so, they come by priority alone, whatever their levels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cartwright.wire.policy import PromotionOrder
from facts.promotion import LEVELS, Level
from facts.validity import valid_at
from models.cart.pricing_result import Discount, PromotionOutcome
from models.cart.sources import PROMOTION
from pricing.promotion import Promotion, promotions_of
from pricing.promotions.scope import Scope
from pricing.sheet.keeping import kept_ids
from pricing.sheet.outcomes import discounts_by_id
from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Verdict, Worksheet
from pricing.steps.budgeting import cap_reached
from pricing.steps.granting import claims_of, grant, reducers, wait_while_free


def promote(sheet: Worksheet) -> None:
    """Promotions of single lines, of containers, and of the whole cart."""
    _promote(sheet, LEVELS)


def promote_items(sheet: Worksheet) -> None:
    """Promotions of single lines only."""
    _promote(sheet, ("item",))


def open_promotions(sheet: Worksheet) -> list[Promotion]:
    """The promotions that have their turn, whatever comes of them."""
    chosen = {each.id for each in sheet.cart.chosen_promotions}
    promotions = promotions_of(LEVELS, sheet.facts, on_demand=bool(chosen))
    asked_for = [each for each in promotions if not each.on_demand or each.id in chosen]
    return [each for each in asked_for if _closed_door(each, sheet) is None]


def tell_promotions(sheet: Worksheet) -> None:
    """Write down what came of the promotions, with what each takes off the first period."""
    chosen = {each.id: each.coupon for each in sheet.cart.chosen_promotions}
    told = [verdict for verdict in sheet.verdicts if verdict.reason is None or verdict.promotion_id in chosen]
    known = {verdict.promotion_id for verdict in told}
    withdrawn = [PromotionOutcome(each, coupon, "unknown") for each, coupon in chosen.items() if each not in known]
    discounts = discounts_by_id(PROMOTION, sheet) if told else {}
    sheet.result.promotions = (*(_outcome(verdict, chosen, discounts) for verdict in told), *withdrawn)


def _promote(sheet: Worksheet, levels: Sequence[Level]) -> None:
    """Apply the promotions of some levels, in the order of the levels unless the policy says otherwise."""
    chosen = {each.id for each in sheet.cart.chosen_promotions}
    # Those that nobody asked for matter to an explanation only, and a catalog may hold thousands of coupons.
    promotions = promotions_of(levels, sheet.facts, on_demand=bool(chosen) or sheet.spreads is not None)
    if not promotions:
        return
    if sheet.policy.promotion_order is PromotionOrder.PRIORITY:
        promotions.sort(key=lambda each: -each.priority)
    bought = _Bought([line for line in sheet.lines if not line.item.is_promised])
    kept = kept_ids(sheet.kept, PROMOTION) if sheet.kept else ()
    if kept:
        sheet.of_groups |= _groups_kept(sheet)
    for promotion in promotions:
        if promotion.on_demand and promotion.id not in chosen:
            if sheet.spreads is not None:
                reason = "not-chosen" if promotion.coupon is None else "coupon-missing"
                sheet.verdicts.append(Verdict(promotion.id, reason))
        else:
            verdict = _closed_door(promotion, sheet) or _alone(promotion, sheet) or _apply(promotion, bought, sheet)
            if promotion.group is not None and verdict.reason is None:
                sheet.of_groups[promotion.group] = promotion.id
            sheet.verdicts.append(Verdict(promotion.id) if promotion.id in kept else verdict)


def _closed_door(promotion: Promotion, sheet: Worksheet) -> Verdict | None:
    """Why a promotion is not even tested."""
    if promotion.id in sheet.without:
        return Verdict(promotion.id, "not-beneficial")
    if promotion.lifecycle != "active":
        return Verdict(promotion.id, "inactive")
    if sheet.cart.header.block_discounts:
        return Verdict(promotion.id, "discounts-blocked")
    if not valid_at(promotion.valid_for, sheet.at):
        ends = promotion.valid_for.end_date_time if promotion.valid_for else None
        return Verdict(promotion.id, "expired" if ends is not None and ends <= sheet.at else "not-started")
    spent = cap_reached(promotion, sheet)
    return Verdict(promotion.id, spent) if spent is not None else None


def _alone(promotion: Promotion, sheet: Worksheet) -> Verdict | None:
    """Keep it out if another of its group applies; the search for the best sheet tries it without that one."""
    other = sheet.of_groups.get(promotion.group) if promotion.group is not None else None
    if other in (None, promotion.id) or sheet.claims is not None:
        return None
    sheet.obstacles.add(other)
    return Verdict(promotion.id, "excluded")


def _apply(promotion: Promotion, bought: "_Bought", sheet: Worksheet) -> Verdict:
    """Grant it to every scope where it holds, within its cap per cart; what other promotions give counts nowhere.

    If it holds nowhere, the scope that came nearest gives the reason, independent of the order of items.
    """
    tries = _Tries(promotion, _times_kept(promotion, sheet) if sheet.kept else 0)
    if promotion.by_price:
        scopes = Scope.each(promotion, bought.by_level(promotion.level), sheet)
        holding = [scope.lines[0] for scope in scopes if tries.hold(scope)]
        if holding:
            tries.give(Scope.of(promotion, holding, sheet))
    else:
        for scope in _scopes_with_room(promotion, bought, sheet, tries.times):
            if promotion.limited:
                wait_while_free(promotion, scope)
            if tries.hold(scope):
                tries.give(scope)
    return tries.verdict


class _Bought:
    """The lines that promotions look at."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._by_level: dict[Level, Sequence[Sequence[Line]]] = {}

    def by_level(self, level: Level) -> Sequence[Sequence[Line]]:
        """Those that promotions of a level look at together."""
        found = self._by_level.get(level)
        if found is None:
            found = self._by_level[level] = self._groups(level)
        return found

    def _groups(self, level: Level) -> Sequence[Sequence[Line]]:
        if level == "cart":
            return [self._lines] if self._lines else []
        if level == "item":
            return [[line] for line in self._lines if line.rows]
        inside: dict[str, list[Line]] = {}
        for line in self._lines:
            container_id = line.item.container_id
            if container_id is not None:
                inside.setdefault(container_id, []).append(line)
        return list(inside.values())


class _Tries:
    """What came of a promotion in the scopes that it was tested on so far."""

    def __init__(self, promotion: Promotion, times: int) -> None:
        """Some lines keep what it gave them."""
        self._promotion, self.times = promotion, times
        self.verdict, self._nearest = Verdict(promotion.id, "nothing-to-reduce"), -1

    def hold(self, scope: Scope) -> bool:
        """Whether its conditions hold; or else note how near they came, and what may have kept them from it."""
        conditions = self._promotion.conditions
        for met, condition in enumerate(conditions):
            if not condition.holds(scope):
                if _missed(self._promotion, scope):
                    scope.sheet.obstacles |= reducers(scope.unsettled)
                self._failed(met, "condition-not-met", condition.kind)
                return False
        return True

    def give(self, scope: Scope) -> None:
        """Grant it where its conditions hold, as far as others don't keep it from the prices."""
        promotion = self._promotion
        if scope.sheet.claims is not None:
            scope.sheet.claims.extend(claims_of(promotion, scope))
            return
        rows = scope.unsettled
        closed = scope.closed(rows)
        in_the_way = _meant(closed, promotion, scope) if closed else closed
        if in_the_way:
            scope.sheet.obstacles |= reducers(in_the_way)
        if (len(closed) < len(rows) or promotion.brings_items) and grant(promotion, scope):
            self.times += 1
            self.verdict = Verdict(promotion.id)
        elif in_the_way:
            self._failed(len(promotion.conditions), "excluded")

    def _failed(self, met: int, reason: str, condition: str | None = None) -> None:
        if met > self._nearest and not self.times:
            self.verdict, self._nearest = Verdict(self._promotion.id, reason, condition), met


def _groups_kept(sheet: Worksheet) -> dict[str, str]:
    """Of the promotions that lines keep in the sheet's periods, those of groups, by group."""
    kept = reducers([row for line in sheet.kept for row in line.kept or () if not row.settled])
    known: Iterable[Promotion | None] = (sheet.facts.table("promotions").get(each) for each in sorted(kept))
    return {each.group: each.id for each in known if each is not None and each.group is not None}


def _times_kept(promotion: Promotion, sheet: Worksheet) -> int:
    """To how many lines, or containers of such lines only, it applies by what lines keep."""
    reduced = [line for line in sheet.kept if promotion.id in kept_ids([line], PROMOTION)]
    if promotion.level == "item":
        return len(reduced)
    open_ones = {line.item.container_id for line in sheet.lines if line.rows}
    return len({line.item.container_id for line in reduced} - open_ones) if promotion.level == "container" else 0


def _missed(promotion: Promotion, scope: Scope) -> bool:
    """Whether it is the promotions before this one that took its condition below what it asks for."""
    if not scope.promoted:
        return False
    unpromoted = scope._replace(unpromoted=True)
    return all(each.holds(unpromoted) for each in promotion.conditions)


def _meant(closed: Sequence[Row], promotion: Promotion, scope: Scope) -> Sequence[Row]:
    """Of the prices that exclusivity keeps it from, those that it is about."""
    if promotion.about_all_goods:
        return closed
    about = {id(row) for each in promotion.benefits for row in scope.taken(each.target)}
    return [row for row in closed if id(row) in about]


def _scopes_with_room(promotion: Promotion, bought: _Bought, sheet: Worksheet, kept: int) -> Iterator[Scope]:
    """What the promotion is tested on until its cap is reached; what had it in a period before is within the cap."""
    for scope in _scopes(promotion, bought, sheet):
        if promotion.caps.per_cart is not None:
            holders = sheet.calendar.holders(promotion.id)
            if scope.place not in holders and len(holders) + kept >= promotion.caps.per_cart:
                continue
        yield scope


def _scopes(promotion: Promotion, bought: _Bought, sheet: Worksheet) -> list[Scope]:
    """What the promotion is tested on; the dearest first, so that a cap never depends on the order of the items.

    What is dearest is seen before all promotions: a further one never sends a capped one to other lines.
    """
    scopes = Scope.each(promotion, bought.by_level(promotion.level), sheet)
    if promotion.caps.per_cart is not None:
        scopes.sort(key=_dearest_first)
    return scopes


def _dearest_first(scope: Scope) -> tuple[int, str]:
    return -scope._replace(unpromoted=True).amount, min(line.item.id for line in scope.lines)


def _outcome(
    verdict: Verdict, chosen: Mapping[str, str | None], discounts: Mapping[str, tuple[Discount, ...]]
) -> PromotionOutcome:
    promotion_id = verdict.promotion_id
    return PromotionOutcome(promotion_id, chosen.get(promotion_id), verdict.reason, discounts.get(promotion_id, ()))
