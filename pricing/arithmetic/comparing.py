"""What differs between two states of a price: its taxes."""

from models.cart.price import Phase, Price, TaxLine
from models.money.rates import parse_percent


def taxed_alike(before: Price | Phase, after: Price | Phase) -> bool:
    """Whether the same taxes are owed on both sides: a quick look, and nearly always enough."""
    if len(before.taxes) != len(after.taxes):
        return False
    for ours, theirs in zip(before.taxes, after.taxes, strict=True):
        if ours.id != theirs.id or ours.rate != theirs.rate or (not ours.amount) != (not theirs.amount):
            return False
    return True


def exempted(before: Price | Phase, after: Price | Phase, units: int) -> bool:
    """Whether a tax is owed on one side only, though there is enough on the other that it is not rounded to zero."""
    pairs = zip(before.taxes, after.taxes, strict=False)
    return any(
        (not ours.amount and theirs.amount and _is_taxable(ours, before.net, units))
        or (ours.amount and not theirs.amount and _is_taxable(theirs, after.net, units))
        for ours, theirs in pairs
    )


def _is_taxable(tax: TaxLine, net: int, units: int) -> bool:
    """Whether a tax on so much is at least a minor unit for each unit of the line: it can't be rounded to zero."""
    return net * parse_percent(tax.rate) >= units
