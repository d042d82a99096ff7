"""What customers put into their carts: one basket per source document, as `create-cart` and `add-items` take them."""

from dataclasses import dataclass

from demo.shop.catalog import ADDON, DEVICE, HOME, MOVIE, PLAN, ROUTER, SECOND_ADDON, SIM, SUITE, TV_BOX


@dataclass(frozen=True, slots=True)
class Basket:
    """A cart to begin with, the line whose quantity customers change, and what they add and take out again."""

    header: dict[str, object]
    items: list[dict[str, object]]
    line: str
    extra: dict[str, object]


_FRANCE = {"country": "FR", "locale": "fr-FR", "currency": "EUR"}
_STATES = {"country": "US", "locale": "en-US", "currency": "USD"}

BASKETS = (
    Basket(
        header={**_FRANCE, "source": "sales journey (000)"},
        items=[{"id": "addon", "offeringId": ADDON}],
        line="addon",
        extra={"id": "second", "offeringId": SECOND_ADDON},
    ),
    Basket(
        header={**_FRANCE, "source": "SUBSCRIPTION"},
        items=[
            {
                "id": "suite",
                "offeringId": SUITE,
                "discountPlan": {"id": "loyal", "percent": "20", "periods": 3},
                "discountPlanStep": 0,
                "durationUntilTrialEnd": 3,
            }
        ],
        line="suite",
        extra={"id": "trial", "offeringId": ADDON, "trial": True},
    ),
    Basket(
        header={**_FRANCE, "containers": [{"id": "home", "category": "fixed", "processContext": "new"}]},
        items=[
            {"id": "bundle", "offeringId": HOME, "containerId": "home"},
            {"id": "router", "offeringId": ROUTER, "containerId": "home", "parentId": "bundle"},
            {"id": "tv", "offeringId": TV_BOX, "containerId": "home", "parentId": "bundle"},
        ],
        line="tv",
        extra={"id": "addon", "offeringId": ADDON},
    ),
    Basket(
        header={**_STATES, "source": "movies (003)"},
        items=[{"id": "rent", "offeringId": MOVIE, "characteristics": {"accessMode": "2"}}],
        line="rent",
        extra={"id": "download", "offeringId": MOVIE, "characteristics": {"accessMode": "3"}},
    ),
    Basket(
        header={**_STATES, "source": "mobile (004)"},
        items=[
            {"id": "plan", "offeringId": PLAN, "billingAccountId": "556165899573", "subscriberNumber": "4690002221"},
            {
                "id": "device",
                "offeringId": DEVICE,
                "parentId": "plan",
                "action": "swap",
                "actionReason": {"name": "LC", "text": "Memo text required if selected"},
                "characteristics": {"isBYOD": "true", "IMEI": "358073464620280", "eSIM_Enabled": "true"},
            },
        ],
        line="plan",
        extra={"id": "sim", "offeringId": SIM, "characteristics": {"ICCID": "89014103270197479933"}},
    ),
)
