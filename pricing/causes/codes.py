"""Causes that are no changes: what happens to facts, or with time."""

LISTED = "list-price-changed"
TAXED = "tax-changed"
BEGAN = "period-began"
"""A first period is another part of its cycle by now, or less of a paid one is left."""
POLICY = "policy-changed"
STARTED, ENDED, CHANGED = "started", "ended", "changed"
"""What happens to a promotion, a voucher or an override, as causes are called after it: `voucher-ended`."""
