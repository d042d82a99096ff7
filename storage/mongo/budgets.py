"""Budgets in MongoDB: one document each, with its holders; a hold is taken by one conditional update of it.

Times are the server's own (`$$NOW`), so that no worker's clock decides what is old. Updates are pipelines, in which a
text that starts with `$` would be read as a field name: every value from outside is wrapped in `$literal`.
"""

from collections.abc import Collection as Values
from collections.abc import Mapping
from datetime import timedelta

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from models.cart.budgets import Budget
from models.cart.forms import Document
from storage.budgets import NO_HEIRS, Balance, Doubt, Hold, TenantBudget
from storage.mongo.driver import Collection, aggregate
from storage.mongo.errors import only_duplicates, translated_errors
from storage.mongo.forms import BUDGET, VERSION
from storage.records import CartKey

HOLDERS: Document = {"$ifNull": ["$holders", []]}


class MongoBudgets:
    """`Budgets` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._budgets = collection

    async def balances(self, budgets: Values[TenantBudget], carts: Values[CartKey]) -> dict[TenantBudget, Balance]:
        """One `find` with `$in` over the ids, for the holders asked about and the number of all."""
        names = list({key.cart_id for key in carts})
        asked = {"$in": ["$$this.cart", {"$literal": names}]}
        fields = {VERSION: 1, "count": {"$size": HOLDERS}, "holders": {"$filter": {"input": HOLDERS, "cond": asked}}}
        async with translated_errors():
            found = await self._budgets.find({"_id": {"$in": [_id(each) for each in budgets]}}, fields).to_list(None)
        return {_key(each["_id"]): _balance(each) for each in found}

    async def claim(
        self,
        taking: Mapping[Hold, int],
        leaving: Values[Hold],
        token: str,
        heirs: Mapping[CartKey, Values[CartKey]] = NO_HEIRS,
    ) -> set[Hold]:
        """One unordered bulk, then one `find` for which holds were taken."""
        takes = [
            UpdateOne({"_id": _id_of(hold)}, _take(hold, limit, token, heirs.get(hold.cart, ())), upsert=True)
            for hold, limit in taking.items()
        ]
        await self._write([*takes, *(_mark(hold, token) for hold in leaving)])
        if not taking:
            return set()
        keys = {TenantBudget(hold.cart.tenant, hold.budget) for hold in taking}
        balances = await self.balances(keys, {hold.cart for hold in taking})
        return {hold for hold in taking if not _holds(balances, hold)}

    async def resolve(self, token: str, kept: Values[Hold], left: Values[Hold]) -> None:
        """One unordered bulk."""
        sure = {"$set": {"holders.$.token": None, "holders.$.since": None}}
        keeping = [UpdateOne(_marked(hold, token), sure) for hold in kept]
        leaving = [
            UpdateOne(_marked(hold, token), {"$pull": {"holders": {"cart": hold.cart.cart_id}}}) for hold in left
        ]
        await self._write([*keeping, *leaving])

    async def doubtful(self, age: timedelta, limit: int) -> list[Doubt]:
        """By the index over the times of doubt, then by the server's clock."""
        pipeline: list[Document] = [
            {"$match": {"holders.since": {"$type": "date"}}},
            {"$unwind": "$holders"},
            {"$match": {"holders.since": {"$type": "date"}}},
            {"$match": {"$expr": {"$lte": ["$holders.since", {"$subtract": ["$$NOW", _milliseconds(age)]}]}}},
            {"$limit": limit},
        ]
        async with translated_errors():
            found = await aggregate(self._budgets, pipeline)
        return [_doubt(each) for each in found]

    async def _write(self, operations: list[UpdateOne]) -> None:
        """Write; two first holds of one budget may both try to insert it, and the loser retries."""
        while operations:
            try:
                async with translated_errors():
                    await self._budgets.bulk_write(operations, ordered=False)
            except BulkWriteError as error:
                operations = [operations[index] for index in sorted(only_duplicates("budgets", error))]
            else:
                return


def _take(hold: Hold, limit: int, token: str, heir_of: Values[CartKey]) -> list[Document]:
    """Add the hold, in doubt: in place of the cart's earlier one, or after the others.

    It needs room, unless the cart has the hold already or inherits it from one of the carts `heir_of`.
    """
    cart = {"$literal": hold.cart.cart_id}
    others = {"$filter": {"input": HOLDERS, "cond": {"$ne": ["$$this.cart", cart]}}}
    own = {"cart": cart, "token": {"$literal": token}, "since": "$$NOW"}
    granted = {"$lt": [{"$size": "$$others"}, limit]}
    having = [cart, *({"$literal": each.cart_id} for each in heir_of)]
    held = {"$ne": [{"$setIntersection": [having, {"$ifNull": ["$holders.cart", []]}]}, []]}
    holders = {
        "$cond": [{"$or": [granted, held]}, {"$concatArrays": ["$$others", [own]]}, HOLDERS],
    }
    return [
        {
            "$set": {
                VERSION: {"$ifNull": [f"${VERSION}", {"$literal": BUDGET.version}]},
                "tenant": {"$literal": hold.cart.tenant},
                "holders": {"$let": {"vars": {"others": others}, "in": holders}},
            }
        }
    ]


def _mark(hold: Hold, token: str) -> UpdateOne:
    found = {"_id": _id_of(hold), "holders.cart": hold.cart.cart_id}
    return UpdateOne(found, {"$set": {"holders.$.token": token}, "$currentDate": {"holders.$.since": True}})


def _marked(hold: Hold, token: str) -> Document:
    return {"_id": _id_of(hold), "holders": {"$elemMatch": {"cart": hold.cart.cart_id, "token": token}}}


def _holds(balances: Mapping[TenantBudget, Balance], hold: Hold) -> bool:
    return hold.cart in balances.get(TenantBudget(hold.cart.tenant, hold.budget), Balance()).holders


def _balance(document: Document) -> Balance:
    BUDGET.check(document)
    tenant = document["_id"]["tenant"]
    return Balance(document["count"], frozenset(CartKey(tenant, each["cart"]) for each in document["holders"]))


def _doubt(document: Document) -> Doubt:
    BUDGET.check(document)
    key, holder = _key(document["_id"]), document["holders"]
    return Doubt(Hold(CartKey(key.tenant, holder["cart"]), key.budget), holder["token"])


def _id_of(hold: Hold) -> Document:
    return _id(TenantBudget(hold.cart.tenant, hold.budget))


def _id(key: TenantBudget) -> Document:
    budget = key.budget
    return {"tenant": key.tenant, "kind": budget.kind, "id": budget.id, "customer": budget.customer}


def _key(document_id: Document) -> TenantBudget:
    budget = Budget(document_id["kind"], document_id["id"], document_id["customer"])
    return TenantBudget(document_id["tenant"], budget)


def _milliseconds(age: timedelta) -> int:
    return age // timedelta(milliseconds=1)
