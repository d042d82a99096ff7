"""Price points and the tariffs in them: what any quantity costs."""

from dataclasses import replace
from fractions import Fraction

from models.cart.tariff import Tariff, TariffPhase, TariffTier, TariffUplift
from models.catalog.price_point import PricePoint, Tier
from models.catalog.ramps import PricePhase, Uplift, periods_between
from models.money.rates import parse_rate
from models.money.rounding import round_exact
from pricing.arithmetic.capping import SCALE, unit_price_text
from pricing.arithmetic.tax import Rates


def tariff_of(point: PricePoint) -> Tariff:
    """The tariff of a price point."""
    return Tariff(
        amount=point.phases[0].amount if point.phases else point.amount,
        currency=point.currency,
        tax_included=point.tax_included,
        tiers=tuple([TariffTier(each.min_quantity, each.amount, each.block_size) for each in point.tiers]),
        graduated=bool(point.tiers) and point.tier_mode == "graduated",
        phases=tuple([TariffPhase(each.amount, each.periods) for each in point.phases]),
        uplift=_uplift(point),
    )


def _uplift(point: PricePoint) -> TariffUplift | None:
    uplift = point.uplift
    if uplift is None or point.period is None:
        return None
    return TariffUplift(uplift.percent, uplift.every, periods_between(uplift.every, point.period))


def at_tariff(point: PricePoint, tariff: Tariff) -> PricePoint:
    """The price point with another tariff."""
    fields = {name: getattr(point, name) for name in PricePoint.model_fields}
    tiers = [
        Tier.model_construct(min_quantity=each.min_quantity, amount=each.amount, block_size=each.block_size)
        for each in tariff.tiers
    ]
    own = {
        "amount": tariff.amount,
        "currency": tariff.currency,
        "tax_included": tariff.tax_included,
        "tiers": tiers,
        "tier_mode": "graduated" if tariff.graduated else "volume",
        "phases": [PricePhase.model_construct(periods=each.periods, amount=each.amount) for each in tariff.phases],
        "uplift": tariff.uplift and Uplift.model_construct(percent=tariff.uplift.percent, every=tariff.uplift.every),
    }
    return PricePoint.model_construct(**{**fields, **own})


def with_tax_or_without(tariff: Tariff, tax_included: bool, rates: Rates) -> Tariff:
    """The tariff with its prices containing the tax or not; what needs more than 12 decimals is rounded half up."""
    if tariff.tax_included == tax_included:
        return tariff
    whole = 1 + sum(rates.exact, Fraction(0))
    return replace(scaled(tariff, whole if tax_included else 1 / whole), tax_included=tax_included)


def scaled(tariff: Tariff, factor: Fraction) -> Tariff:
    """The tariff with so many times its prices; what needs more than 12 decimals is rounded half up."""

    def times(amount: str) -> str:
        return unit_price_text(round_exact(parse_rate(amount) * factor * SCALE), tariff.currency)

    return replace(
        tariff,
        amount=times(tariff.amount),
        tiers=tuple(replace(each, amount=times(each.amount)) for each in tariff.tiers),
        phases=tuple(replace(each, amount=times(each.amount)) for each in tariff.phases),
    )
