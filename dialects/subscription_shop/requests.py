"""What the document's requests hold, under its own names."""

import json
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from cartwright.wire.schema import Country, Currency, Id, Locale, Name, Quantity, ShortText, Text
from dialects.reading import CallParameters, Request
from dialects.subscription_shop.names import CART, OFFER, PRODUCT

LARGEST_INTEGER = 2**31 - 1
MAX_PRODUCTS = 10_000
Kept = Annotated[str, Field(max_length=2000)]
"""Text that is kept as sent."""
KeptText = Annotated[str, Field(max_length=200)]
KeptObject = Annotated[dict[str, Any], Field(max_length=1000)]
"""An object whose fields the document does not show; it is kept as sent."""
KeptList = Annotated[list[Any], Field(max_length=1000)]
Integer = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
MOST = 10**15


def _amount(given: object) -> object:
    if isinstance(given, bool) or not isinstance(given, Decimal | int):
        raise PydanticCustomError("wrong-type", "a number")
    if not 0 <= given <= MOST:
        raise PydanticCustomError("out-of-range", f"a number from 0 to {MOST}")
    return given


Amount = Annotated[Any, AfterValidator(_amount)]
Source = Literal["PURCHASE", "SUBSCRIPTION", "MANUAL_RENEWAL", "BILLING_PLAN", "OFFER", "MID_TERM_UPGRADE", "UPGRADE"]


class ProductInput(Request):
    """A product in the cart with its quantity and price function parameters (ProductInput)."""

    answered: ClassVar[frozenset[str]] = PRODUCT

    id: Id
    """The product: an offering of the catalog. In an update it may also be the line's id."""
    quantity: Quantity | None = None
    """How many; 1 for a new line."""
    cross_sell_by: Id | None = None
    """The product that recommended this one as a cross-sell."""
    up_sell_by: Id | None = None
    """The product that recommended this one as an up-sell."""
    forced_by: Id | None = None
    """The product that brought this one along."""
    current_expiration_date: ShortText | None = None
    """When the customer's product expires now."""
    next_expiration_date: ShortText | None = None
    """When it will expire after this order."""
    discount_plan: KeptObject | None = None
    """The discount plan: of its fields `id`, `name`, `percent` and `periods` count; all are kept."""
    discount_plan_ignore_purchase_discount: bool | None = None
    """Whether the plan leaves out the discount of the first purchase."""
    discount_plan_step: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """The step of the plan that the line is in."""
    discount_plan_tag: ShortText | None = None
    """The caller's tag for the plan."""
    duration_until_trial_end: Annotated[int, Field(ge=0, le=3)] | None = None
    """Days before the end of the trial at which the customer is reminded."""
    license_id: Id | None = None
    """The licence."""
    marketing_campaign_id: Id | None = None
    """The marketing campaign."""
    parent_id: Id | None = None
    """The parent of the product."""
    previous_line_item_id: Id | None = None
    """The line of an earlier order that this one continues."""
    price_function_parameters: KeptObject | None = None
    """Parameters of the caller's own price function."""
    quantity_max_reached: bool | None = None
    """Whether the quantity can no longer be increased."""
    remote_price: bool | None = None
    """Whether the price comes from elsewhere."""
    subscription_template: Id | None = None
    """The template of the subscription."""
    trial: bool | None = None
    """Whether the line is a trial."""


def _told_apart(given: list[ProductInput]) -> list[ProductInput]:
    if len({_text(each) for each in given}) < len(given):
        raise PydanticCustomError("duplicate-item", "the same product is here twice with the same fields")
    return given


def _text(product: ProductInput) -> str:
    return json.dumps(product.model_dump(exclude_none=True), sort_keys=True, default=str)


class CartInput(Request):
    """The content of a new cart (PrivateCartInput)."""

    answered: ClassVar[frozenset[str]] = CART

    subscription: Id | None = Field(default=None, alias="Subscription Id")
    """The subscription that the cart is for."""
    billing_plan_id: Kept | None = None
    """The billing plan."""
    billing_plan_period: Kept | None = None
    """Its period."""
    block_discounts: bool | None = None
    """Whether promotions and vouchers are switched off."""
    buyer_behavior: KeptObject | None = None
    """How the buyer behaves."""
    catalog_id: Id | None = None
    """The caller's catalog."""
    checkout_url: Kept | None = None
    """The URL of the cart."""
    consent_flags: KeptObject | None = None
    """What the end user consented to."""
    country: Country
    """The country of the cart."""
    discounts: KeptList | None = None
    """Signed discounts."""
    end_user: KeptObject | None = None
    """The end user who owns the cart."""
    enduser_id: Id | None = None
    """The end user's id."""
    external_context: Text | None = None
    """Text of the caller's own."""
    flags: KeptObject | None = None
    """Facts about the customer."""
    forced_currency: Currency | None = None
    """The currency that the end user chose."""
    hide_cross_sell: bool | None = None
    """Whether cross-sell recommendations are hidden."""
    hide_up_sell: bool | None = None
    """Whether up-sell recommendations are hidden."""
    initial_order_id: Kept | None = None
    """The initial order; deprecated."""
    ip: Kept | None = None
    """The cart's IP address."""
    keep_non_recurring_payment_methods: bool | None = None
    """Whether all payment methods are needed."""
    locale: Locale
    """The locale of the cart."""
    marketing_campaign_names: Annotated[list[ShortText], Field(max_length=64)] | None = None
    """Names of marketing campaigns."""
    on_payment_click_redirect_url: Kept | None = None
    """Where the payment page leads when it is closed."""
    partial_payment_amount: Amount | None = None
    """What the end user pays first."""
    payment_external_context: Kept | None = None
    """Text of the caller's own about the payment."""
    payment_method: ShortText | None = None
    """How the end user pays."""
    product_reco_id: Id | None = None
    """The product recommendation."""
    products: KeptObject | KeptList | None = None
    """Products of the caller's own form."""
    remitteds: KeptList | None = None
    """Remitted sums."""
    sales_flags: Annotated[list[Name], Field(max_length=64)] | None = None
    """Marks for sales."""
    scenario: ShortText | None = None
    """The scenario of the order workflow."""
    source: Source | None = None
    """Where the cart comes from."""
    store_hostname: ShortText | None = None
    """The store's host name."""
    store_id: Id
    """The store."""
    subscription_generation: Integer | None = None
    """The generation of the subscription."""
    subscription_sub_source: Literal["TRIAL_CONVERSION", "RENEWAL"] | None = None
    """Where a purchase comes from, more exactly."""
    use_strike_through_price: bool | None = None
    """Whether list prices are shown struck through."""
    user_agent: Kept | None = None
    """The browser."""
    wanted_products: Annotated[list[ProductInput], Field(max_length=MAX_PRODUCTS), AfterValidator(_told_apart)]
    """The products, each a line."""


class FullCatalog(Request):
    """Products that no catalog has: rows as the catalog commands take them (FullCatalog)."""

    offerings: Annotated[list[Any], Field(min_length=1, max_length=1000)]
    """The products."""
    prices: Annotated[list[Any], Field(max_length=1000)] = Field(default_factory=list)
    """Their prices."""
    taxes: Annotated[list[Any], Field(max_length=1000)] = Field(default_factory=list)
    """The taxes of their tax categories."""


class CheckoutInput(Request):
    """A cart, and the catalog of its products."""

    cart: CartInput
    """The cart; its products may be named as the catalog names them."""
    full_catalog: FullCatalog
    """The catalog."""


class UpgradeInput(Request):
    """An upgrade of a subscription within its paid period."""

    answered: ClassVar[frozenset[str]] = CART

    external_context: Text | None = None
    """Text of the caller's own."""
    subscription_id: Id
    """The subscription."""
    wanted_product: ProductInput
    """What takes the place of what was paid for."""


class OfferInput(Request):
    """A discounted offer for a subscription."""

    answered: ClassVar[frozenset[str]] = OFFER

    discount_code: ShortText | None = None
    """The code of a voucher."""
    external_context: Text | None = None
    """Text of the caller's own."""
    subscription_id: Id
    """The subscription."""
    use_strike_through_price: bool | None = None
    """Whether list prices are shown struck through."""


class Pageable(Request):
    """Which page, and in which order."""

    page: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """The page, counted from 0."""
    size: Annotated[int, Field(ge=1, le=1000)] = 20
    """How many rows it holds at most."""
    sort: KeptText | Annotated[list[KeptText], Field(max_length=10)] | None = None
    """Fields, each with `,asc` or `,desc`."""


class CartParameters(CallParameters):
    """The parameters of operations on one cart."""

    id: Id
    """The cart."""


class UpdateParameters(CartParameters):
    """The parameters of `update-products`."""

    product_recommendation_id: Id | None = None
    """The recommendation that the changes come from."""


class SearchParameters(CallParameters):
    """The parameters of the queries over all carts."""

    pageable: Pageable = Field(default_factory=Pageable)
    """The page."""
    predicate: Annotated[dict[KeptText, Any], Field(max_length=20)] = Field(default_factory=dict)
    """Values that fields must have, by name: one value, or a list of which one will do."""
    target: KeptText | None = None
    """The field that is asked about."""
