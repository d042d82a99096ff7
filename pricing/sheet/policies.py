"""Which pricing policy counts for a cart."""

from cartwright.wire.policy import PricingPolicy
from facts.snapshot import Facts
from models.cart.cart import Cart


def policy_of(cart: Cart, facts: Facts) -> PricingPolicy:
    """The tenant's policy, and what the cart states on top of it."""
    choice = cart.header.pricing_policy
    return facts.policy if choice is None else choice.over(facts.policy)
