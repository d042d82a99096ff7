"""The store's schema, and where each of its fields comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dialects.graphql.documents import Documents
from dialects.graphql.execution import Info, listed, source
from dialects.graphql.schema import IS, executable
from dialects.numbers import amount, number
from dialects.video_store.access_modes import AccessMode, Product, mode_of, product_of, product_on_sale
from facts.snapshot import Facts
from models.cart.cart import Cart, Item
from models.cart.pricing_result import VoucherOutcome

SCHEMA = """
type Query { cms: Cms!  cart: Cart! }
type Cms { products(includeIds: [ID!]): ProductList! }
type ProductList { items: [Product!]! }
type Product { id: ID!  name: String!  type: String!  extension: ProductExtension }
union ProductExtension = ProductTVOD | ProductSVOD
type ProductTVOD { accessModes: [TVODAccessMode!]! }
type ProductSVOD { accessModes: [SVODAccessMode!]! }
interface AccessMode { id: ID!  priceFormat: String }
type TVODAccessMode implements AccessMode {
  id: ID!  priceFormat: String  type: String  mode: String  quality: String  duration: Int
}
type SVODAccessMode implements AccessMode { id: ID!  priceFormat: String }
type Cart { totalPrice: Float!  totalPriceWithoutTax: Float!  vouchers: [Voucher!]!  content: Content! }
type Content { pagination: Pagination!  items: [CartItem!]! }
type Pagination { total: Int! }
type CartItem { accessMode: AccessMode  product: Product! }
type Voucher {
  name: String  code: String!  reductionAmount: Float!  reductionPercent: Float!  everyRecurringPayments: Boolean!
}
type Mutation {
  addProductToCart(product: ID!, accessMode: ID!): Cart!
  removeProductFromCart(product: ID!, accessMode: ID!): Cart!
  resetCart: Cart!
  addCartVoucher(code: String!): Cart!
}
"""


@dataclass(frozen=True, slots=True)
class Store:
    """What an answer is made of: the cart, the catalog of its prices, and the offerings that were asked for."""

    cart: Cart
    facts: Facts
    offerings: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the cart with its product."""

    item: Item
    product: Product
    cart: Cart


def _cart(_: object, info: Info, **_arguments: object) -> Store:
    store: Store = source(info)
    return store


def _products(store: Store, info: Info, includeIds: Sequence[str] | None = None) -> list[Product]:  # noqa: N803
    rows = {row["id"]: row for row in store.offerings}
    names = rows if includeIds is None else [name for name in dict.fromkeys(includeIds) if name in rows]
    return [product_on_sale(rows[name], store.cart) for name in names]


def _lines(store: Store, info: Info) -> list[Line]:
    return [
        Line(item, product_of(item, store.cart, store.facts), store.cart) for item in listed(store.cart.items, info)
    ]


def _vouchers(store: Store, info: Info) -> Sequence[VoucherOutcome]:
    return listed(store.cart.pricing.vouchers, info)


def _total(store: Store, info: Info) -> object:
    return amount(store.cart.pricing.due_now.payable, store.cart.currency)


def _total_without_tax(store: Store, info: Info) -> object:
    return amount(store.cart.pricing.due_now.net, store.cart.currency)


def _mode(line: Line, info: Info) -> AccessMode | None:
    return mode_of(line.item, line.cart, line.product)


def _same(value: object, info: Info) -> object:
    return value


def _got(name: str) -> Callable[..., object]:
    return lambda value, info: getattr(value, name)


def _characteristic(name: str) -> Callable[..., object]:
    return lambda mode, info: mode.characteristics.get(name)


def _reduction(name: str) -> Callable[..., object]:
    return lambda voucher, info: number(Decimal(getattr(voucher, name) or 0))


_ANY_MODE = {"id": _got("id"), "priceFormat": _got("price_format")}
DOCUMENTS = Documents(
    executable(
        SCHEMA,
        {
            "Query": {"cms": _cart, "cart": _cart},
            "Mutation": dict.fromkeys(
                ("addProductToCart", "removeProductFromCart", "resetCart", "addCartVoucher"), _cart
            ),
            "Cms": {"products": _products},
            "ProductList": {"items": listed},
            "Product": {name: _got(name) for name in ("id", "name", "type", "extension")},
            "ProductExtension": {IS: lambda product, info: f"Product{product.type}"},
            "ProductTVOD": {"accessModes": lambda product, info: listed(product.access_modes, info)},
            "ProductSVOD": {"accessModes": lambda product, info: listed(product.access_modes, info)},
            "AccessMode": {IS: lambda mode, info: "SVODAccessMode" if mode.subscribed else "TVODAccessMode"},
            "TVODAccessMode": {
                **_ANY_MODE,
                **{name: _characteristic(name) for name in ("type", "mode", "quality", "duration")},
            },
            "SVODAccessMode": _ANY_MODE,
            "Cart": {
                "totalPrice": _total,
                "totalPriceWithoutTax": _total_without_tax,
                "vouchers": _vouchers,
                "content": _same,
            },
            "Content": {"pagination": _same, "items": _lines},
            "Pagination": {"total": lambda store, info: len(store.cart.items)},
            "CartItem": {"accessMode": _mode, "product": lambda line, info: line.product},
            "Voucher": {
                "name": _got("name"),
                "code": _got("code"),
                "reductionAmount": _reduction("reduction_amount"),
                "reductionPercent": _reduction("reduction_percent"),
                "everyRecurringPayments": _got("every_recurring_payment"),
            },
        },
    )
)
