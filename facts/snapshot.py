"""The facts that a decision may use: one tenant's catalog at one revision, ready for look-up."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from cartwright.wire.policy import DEFAULT_POLICY, PricingPolicy
from cartwright.wire.stored import stored_reader
from facts.history import CatalogHistory
from facts.kinds import Kinds
from facts.price_index import PriceGroups, add_drafts, move_prices
from facts.promotion import PromotionRow, as_active, by_level
from facts.reach import keys_left
from facts.rows import AnyModel, DefinedAbove, Row, promotion_rows, rule_rows
from models.cart.budgets import Budget
from models.catalog.agreement import Agreement
from models.catalog.configuration import CONFIGURATION, Configuration
from models.catalog.exchange_rate import ExchangeRate
from models.catalog.offering import Offering
from models.catalog.price_point import PricePoint
from models.catalog.tax import Tax
from models.catalog.voucher import Voucher

MODELS: Mapping[str, type[BaseModel] | DefinedAbove] = {
    "offerings": Offering,
    "prices": PricePoint,
    "taxes": Tax,
    "promotions": promotion_rows,
    "rates": ExchangeRate,
    "vouchers": Voucher,
    "agreements": Agreement,
    "rules": rule_rows,
    "configuration": Configuration,
}
"""The models of rows by the name of their kind in `CatalogRows`, on the wire and in storage; any row has an `id`."""
DRAFT = "draft"
"""The lifecycle of a row that counts nowhere until it is made active, but where a preview names it."""
DRAFT_KINDS = ("prices", "taxes", "promotions")
"""The kinds of rows that may be drafts."""
Table = Mapping[str, Any]
"""Rows of one kind by id; which model they have follows from the kind."""
DEFAULT_CONFIGURATION = Configuration()


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """Rows of one catalog change; a row replaces the earlier row with its id."""

    offerings: tuple[Offering, ...] = ()
    prices: tuple[PricePoint, ...] = ()
    taxes: tuple[Tax, ...] = ()
    promotions: tuple[PromotionRow, ...] = ()
    rates: tuple[ExchangeRate, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    rules: tuple[Row, ...] = ()
    configuration: tuple[Configuration, ...] = ()

    @classmethod
    def of(cls, tables: Mapping[str, Iterable[object]]) -> "CatalogRows":
        """Rows from their wire forms by kind; raises `ValidationError`."""
        read: dict[str, Any] = {}
        for kind, rows in tables.items():
            model = _model(kind)
            validate = model.read if isinstance(model, Kinds) else model.model_validate
            read[kind] = tuple(validate(row) for row in rows)
        return cls(**read)

    @classmethod
    def stored(cls, tables: Mapping[str, Iterable[object]]) -> "CatalogRows":
        """Rows as they were stored by kind, whatever limits there are by now (decision 15)."""
        read: dict[str, Any] = {}
        for kind, rows in tables.items():
            model = _model(kind)
            validate = model.read_stored if isinstance(model, Kinds) else stored_reader(model).validate_python
            read[kind] = tuple(validate(row) for row in rows)
        return cls(**read)

    def by_kind(self) -> dict[str, tuple[Row, ...]]:
        """The rows of every kind that has some."""
        return {kind: rows for kind in MODELS if (rows := getattr(self, kind))}


@dataclass(frozen=True, slots=True)
class Facts:
    """A catalog snapshot. `revision` counts the tenant's catalog changes; 0 is the empty catalog.

    `tables` holds the rows by kind and id, `since` the revision that brought each, `left` the last revision at which a
    row ceased to concern the carts with a key (`facts.reach`); the rest are indexes over them, but for `exhausted`: the
    budgets of which there is nothing left for the cart at hand; and `history`: what is known of earlier revisions,
    None where nobody can read them.
    """

    revision: int = 0
    policy: PricingPolicy = DEFAULT_POLICY
    tables: Mapping[str, Table] = field(default_factory=dict)
    since: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    prices_of: Mapping[str, PriceGroups] = field(default_factory=dict)
    taxes_of: Mapping[tuple[str, str], tuple[Tax, ...]] = field(default_factory=dict)
    promotions: Mapping[str, tuple[PromotionRow, ...]] = field(default_factory=dict)
    automatic: Mapping[str, tuple[PromotionRow, ...]] = field(default_factory=dict)
    capped_promotions: tuple[PromotionRow, ...] = ()
    bundles: frozenset[str] = frozenset()
    restricted: frozenset[str] = frozenset()
    ruled_prices: frozenset[str] = frozenset()
    exhausted: frozenset[Budget] = frozenset()
    history: CatalogHistory | None = field(default=None, compare=False)

    @property
    def offerings(self) -> Mapping[str, Offering]:
        """Offerings by id."""
        return self.table("offerings")

    @property
    def vouchers(self) -> Mapping[str, Voucher]:
        """Vouchers by code."""
        return self.table("vouchers")

    @property
    def agreements(self) -> Mapping[str, Agreement]:
        """Agreements by id."""
        return self.table("agreements")

    @property
    def configuration(self) -> Configuration:
        """What the tenant has set."""
        configured: Configuration = self.table("configuration").get(CONFIGURATION, DEFAULT_CONFIGURATION)
        return configured

    @property
    def size(self) -> int:
        """How many rows it has."""
        return sum(map(len, self.tables.values()))

    def table(self, kind: str) -> Table:
        """The rows of one kind by id."""
        return self.tables.get(kind, {})

    def with_rows(self, rows: CatalogRows, revision: int) -> "Facts":
        """The next snapshot: these rows on top of this one."""
        return self.with_changes([(rows, revision)])

    def with_changes(self, changes: Iterable[tuple[CatalogRows, int]]) -> "Facts":
        """The snapshot after several changes, each with its revision; the indexes are built once for all of them."""
        revision, policy = self.revision, self.policy
        new: dict[str, dict[str, Any]] = {}
        since: dict[str, dict[str, int]] = {}
        left: dict[str, int] = {}
        for rows, revision in changes:
            policy = _policy(rows.configuration) or policy
            for kind, given in rows.by_kind().items():
                by_id, earlier = {row.id: row for row in given}, new.setdefault(kind, {})
                left |= dict.fromkeys(keys_left(kind, by_id, earlier, self.table(kind)), revision)
                earlier.update(by_id)
                since.setdefault(kind, {}).update(dict.fromkeys(by_id, revision))
        tables = {**self.tables, **{kind: {**self.table(kind), **rows} for kind, rows in new.items()}}
        return replace(
            self,
            revision=revision,
            policy=policy,
            tables=tables,
            since={**self.since, **{kind: {**self.since.get(kind, {}), **at} for kind, at in since.items()}},
            left={**self.left, **left} if left else self.left,
            prices_of=move_prices(self.prices_of, self.table("prices"), list(new.get("prices", {}).values())),
            taxes_of=_by_category(tables["taxes"].values()) if "taxes" in new else self.taxes_of,
            **(_promotions(tables["promotions"].values()) if "promotions" in new else {}),
            bundles=_bundles(self.bundles, new.get("offerings", {}).values()),
            restricted=_restricted(self.restricted, new.get("offerings", {}).values()),
            ruled_prices=_ruled(self.ruled_prices, new.get("prices", {}).values()),
        )

    def with_drafts(self, ids: Collection[str]) -> "Facts":
        """The same snapshot in which the drafts with these ids count: prices, taxes and promotions."""
        drafts = {kind: self._drafts(kind, ids) for kind in DRAFT_KINDS}
        promotions = {**self.table("promotions"), **{row.id: as_active(row) for row in drafts["promotions"]}}
        return replace(
            self,
            tables={**self.tables, "promotions": promotions},
            prices_of=add_drafts(self.prices_of, drafts["prices"]),
            taxes_of=_by_category(self.table("taxes").values(), {row.id for row in drafts["taxes"]}),
            **_promotions(promotions.values()),
        )

    def no_drafts(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that name no draft, in their order."""
        return [each for each in ids if not any(self._drafts(kind, {each}) for kind in DRAFT_KINDS)]

    def _drafts(self, kind: str, ids: Collection[str]) -> list[Any]:
        table = self.table(kind)
        return [row for each in sorted(ids) if (row := table.get(each)) is not None and row.lifecycle == DRAFT]

    @classmethod
    def restored(
        cls, rows: CatalogRows, since: Mapping[str, Mapping[str, int]], left: Mapping[str, int], revision: int
    ) -> "Facts":
        """The snapshot that holds just these rows; `since` is the revision of each, by kind and id."""
        return replace(cls().with_rows(rows, revision), since=since, left=left)

    def rows(self) -> CatalogRows:
        """All rows."""
        return CatalogRows(**{kind: tuple(table.values()) for kind, table in self.tables.items()})

    def holds(self, rows: CatalogRows) -> bool:
        """Whether these rows would change nothing."""
        return all(self.table(kind).get(row.id) == row for kind, new in rows.by_kind().items() for row in new)


def _model(kind: str) -> AnyModel:
    model = MODELS[kind]
    return model.model if isinstance(model, DefinedAbove) else model


def _promotions(promotions: Collection[PromotionRow]) -> dict[str, Any]:
    """All promotions by level, those that apply without being asked for, and those whose caps count other carts."""
    automatic = [each for each in promotions if not each.on_demand]
    capped = tuple(each for each in promotions if each.caps.shared)
    return {"promotions": by_level(promotions), "automatic": by_level(automatic), "capped_promotions": capped}


def _policy(configuration: tuple[Configuration, ...]) -> PricingPolicy | None:
    """The policy that a new configuration brings; none leaves things as they are."""
    for each in configuration:
        return DEFAULT_POLICY if each.pricing_policy is None else each.pricing_policy.over(DEFAULT_POLICY)
    return None


def _bundles(known: frozenset[str], offerings: Collection[Offering]) -> frozenset[str]:
    """The offerings that hold others, when these have come."""
    return (known - {row.id for row in offerings}) | {row.id for row in offerings if row.bundle}


def _restricted(known: frozenset[str], offerings: Collection[Offering]) -> frozenset[str]:
    """The offerings that are not on sale always and everywhere, when these have come."""
    limited = {row.id for row in offerings if row.valid_for is not None or row.channels}
    return (known - {row.id for row in offerings}) | limited


def _ruled(known: frozenset[str], prices: Collection[PricePoint]) -> frozenset[str]:
    """The price points with a change rule, when these have come."""
    if not prices:
        return known
    return (known - {row.id for row in prices}) | {row.id for row in prices if row.change_rule is not None}


def _by_category(taxes: Iterable[Tax], drafts: Collection[str] = frozenset()) -> dict[tuple[str, str], tuple[Tax, ...]]:
    """The taxes that count by country and category; of the drafts those with these ids."""
    grouped: dict[tuple[str, str], list[Tax]] = {}
    for tax in taxes:
        if tax.lifecycle != DRAFT or tax.id in drafts:
            grouped.setdefault((tax.country, tax.category), []).append(tax)
    return {key: tuple(rows) for key, rows in grouped.items()}
