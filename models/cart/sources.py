"""Where alterations of prices come from: the `source` of an alteration (contract, "A price")."""

OVERRIDE = "override"
TRIAL = "trial"
PLAN = "discount-plan"
PROMOTION = "promotion"
PRORATION = "proration"
CREDIT = "credit"
VOUCHER = "voucher"
SOURCES = (OVERRIDE, TRIAL, PLAN, PROMOTION, PRORATION, CREDIT, VOUCHER)
"""In the order in which they are applied."""
