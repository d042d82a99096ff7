"""What the shop sells: the offerings that the five source documents name, as catalog commands take them."""

Row = dict[str, object]
Rows = list[Row]

ADDON, SECOND_ADDON = "EPO-90-200008", "EPO-90-200009"
MOVIE = "the-line"
PLAN = "0b690f7e-3f41-49bf-a6cf-6f65caa650ca"
DEVICE = "Mobile_Device_pkey73001_sku2680262"
SIM = "790650ec-b512-4bee-ae7f-535668eadf1b"
SUITE = "security-suite"
HOME, ROUTER, TV_BOX = "fiber-home", "router", "tv-box"

TAXES: Rows = [
    {"id": "fr-standard", "country": "FR", "category": "standard", "name": "TVA", "rate": "20"},
    {"id": "us-telecom", "country": "US", "category": "telecom", "name": "Sales tax", "rate": "8.25"},
]

OFFERINGS: Rows = [
    # 000: add-ons of a sales journey.
    {"id": ADDON, "name": "Add-on", "categories": ["ADDON"], "taxCategory": "standard"},
    {"id": SECOND_ADDON, "name": "Second add-on", "categories": ["ADDON"], "taxCategory": "standard"},
    # 003: one movie, sold by access mode.
    {
        "id": MOVIE,
        "name": "The line",
        "categories": ["TVOD"],
        "characteristics": [{"name": "accessMode", "mandatory": True, "values": ["1", "2", "3", "64"]}],
    },
    # 004: what a mobile customer swaps and adds.
    {"id": PLAN, "name": "Mobile offer", "categories": ["Mobile_Offer"], "taxCategory": "telecom"},
    {
        "id": DEVICE,
        "name": "Mobile device",
        "categories": ["Mobile_Device"],
        "taxCategory": "telecom",
        "characteristics": [{"name": "isBYOD"}, {"name": "IMEI"}, {"name": "eSIM_Enabled"}],
    },
    {
        "id": SIM,
        "name": "SIM",
        "categories": ["SIM"],
        "taxCategory": "telecom",
        "characteristics": [{"name": "ICCID", "mandatory": True}],
    },
    # 001: a subscription that begins as a trial and renews under a discount plan.
    {"id": SUITE, "name": "Security suite", "categories": ["SUBSCRIPTION"], "taxCategory": "standard"},
    # 002: a bundle with one-time and recurring prices.
    {
        "id": HOME,
        "name": "Fiber at home",
        "categories": ["BUNDLE"],
        "taxCategory": "standard",
        "bundle": [
            {"offeringId": ROUTER, "min": 1, "max": 1, "default": 1},
            {"offeringId": TV_BOX, "min": 0, "max": 3, "default": 0},
        ],
    },
    {"id": ROUTER, "name": "Router", "categories": ["DEVICE"], "taxCategory": "standard"},
    {"id": TV_BOX, "name": "TV box", "categories": ["DEVICE"], "taxCategory": "standard"},
]


def _price(row_id: str, offering: str, amount: str, currency: str = "EUR", **terms: object) -> Row:
    kind = "recurring" if "period" in terms else "one-time"
    return {"id": row_id, "offeringId": offering, "type": kind, "currency": currency, "amount": amount, **terms}


def _access(mode: str, amount: str, currency: str = "USD") -> Row:
    return _price(f"line-{mode}-{currency}", MOVIE, amount, currency, characteristics={"accessMode": mode})


PRICES: Rows = [
    _price("addon-month", ADDON, "9.99", period="P1M", taxIncluded=True),
    _price("second-addon-month", SECOND_ADDON, "4.99", period="P1M", taxIncluded=True),
    _access("64", "0.00"),
    _access("2", "3.83"),
    _access("3", "4.75"),
    _access("1", "6.57"),
    _access("2", "3.50", "EUR"),
    _price("plan-month", PLAN, "65.00", "USD", period="P1M"),
    _price("device", DEVICE, "829.99", "USD"),
    _price("sim", SIM, "10.00", "USD"),
    _price("suite-year", SUITE, "49.95", period="P1Y", taxIncluded=True),
    _price("home-month", HOME, "39.90", period="P1M", taxIncluded=True),
    _price("home-installation", HOME, "49.00", taxIncluded=True),
    _price("router-month", ROUTER, "3.00", period="P1M", taxIncluded=True),
    _price("tv-box-month", TV_BOX, "5.00", period="P1M", taxIncluded=True),
    _price("tv-box-deposit", TV_BOX, "20.00", taxIncluded=True),
]

PROMOTIONS: Rows = [
    {
        "id": "ten-off",
        "name": "10 % off everything above 150.00",
        "level": "cart",
        "conditions": [{"kind": "minimum-amount", "amount": "150.00", "currency": "EUR"}],
        "benefits": [{"kind": "percent", "value": "10"}],
    }
]

DEARER: Rows = [
    _price("addon-month", ADDON, "10.99", period="P1M", taxIncluded=True),
    _price("plan-month", PLAN, "69.00", "USD", period="P1M"),
    _price("home-month", HOME, "37.90", period="P1M", taxIncluded=True),
]
"""The prices that change in the evening: two rise, one falls."""
