"""Carts in MongoDB at the last version whose history is archived: one document each, where their journals begin."""

from collections.abc import Collection as Keys

from pymongo.errors import DuplicateKeyError

from models.cart.cart import Cart
from storage.mongo.cart_documents import write_cart
from storage.mongo.carts import read_stored_cart
from storage.mongo.driver import Collection
from storage.mongo.errors import translated_errors
from storage.mongo.forms import CART
from storage.mongo.ids import cart_document_id
from storage.records import CartKey


class MongoArchive:
    """`Archive` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._carts = collection

    async def load(self, keys: Keys[CartKey]) -> dict[CartKey, Cart]:
        """One `find` with `$in` over the ids."""
        async with translated_errors():
            found = await self._carts.find({"_id": {"$in": [cart_document_id(key) for key in keys]}}).to_list(None)
        return {CartKey(cart.tenant, cart.id): cart for cart in map(read_stored_cart, found)}

    async def keep(self, cart: Cart) -> None:
        """One `replaceOne` with upsert, where a later version that is there shows as a duplicate key."""
        document_id = cart_document_id(CartKey(cart.tenant, cart.id))
        earlier = {"_id": document_id, "version": {"$lt": cart.version}}
        try:
            async with translated_errors():
                document = {"_id": document_id, **CART.mark, **write_cart(cart)}
                await self._carts.replace_one(earlier, document, upsert=True)
        except DuplicateKeyError:
            return
