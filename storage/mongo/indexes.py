"""The indexes of every collection, and the fields that carts have for their sake."""

from pymongo import ASCENDING, DESCENDING, IndexModel

LIVE_KEYS = "liveKeys"
"""The field of a cart that holds the keys which belong to it alone."""
IDLE_SINCE = "idleSince"
"""The field of a cart that expires when nobody changes it: when somebody did."""

CART_INDEXES = [
    IndexModel(
        # Many carts may have one key: the newest are found without looking at the others.
        [("tenant", ASCENDING), ("lookup", ASCENDING), ("created.at", DESCENDING), ("_id", DESCENDING)],
        name="by-key-and-creation",
    ),
    IndexModel([("stamp.run", ASCENDING), ("stamp.group", ASCENDING)], name="by-commit"),
    IndexModel(
        [("tenant", ASCENDING), (LIVE_KEYS, ASCENDING)],
        name="by-live-key",
        unique=True,
        # Most carts have none, nor do those that were stored before there was this field.
        partialFilterExpression={LIVE_KEYS: {"$exists": True}},
    ),
    IndexModel(
        [("purgeAt", ASCENDING), ("_id", ASCENDING)],
        name="by-purge",
        partialFilterExpression={"purgeAt": {"$exists": True}},
    ),
    IndexModel(
        [("status", ASCENDING), ("suppressAt", ASCENDING)],
        name="by-suppression",
        partialFilterExpression={"suppressAt": {"$exists": True}},
    ),
    IndexModel(
        [("tenant", ASCENDING), (IDLE_SINCE, ASCENDING)],
        name="by-idleness",
        partialFilterExpression={IDLE_SINCE: {"$exists": True}},
    ),
    IndexModel(
        # Jobs walk all carts by it, and read nothing else.
        [("tenant", ASCENDING), ("status", ASCENDING), ("_id", ASCENDING), ("created.at", ASCENDING)],
        name="by-status-and-id",
    ),
    IndexModel([("tenant", ASCENDING), ("header.customer.id", ASCENDING), ("_id", ASCENDING)], name="by-customer"),
    IndexModel([("tenant", ASCENDING), ("created.at", ASCENDING), ("_id", ASCENDING)], name="by-creation"),
    IndexModel([("tenant", ASCENDING), ("updated.at", DESCENDING), ("_id", ASCENDING)], name="by-latest-update"),
    IndexModel([("tenant", ASCENDING), ("items.offeringId", ASCENDING), ("_id", ASCENDING)], name="by-offering"),
]
JOURNAL_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("cartId", ASCENDING), ("version", ASCENDING)], name="by-cart"),
    IndexModel([("at", ASCENDING), ("tenant", ASCENDING), ("cartId", ASCENDING)], name="by-time"),
]
CATALOG_INDEXES = [
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-revision",
        unique=True,
        # Many commands may have made no revision.
        partialFilterExpression={"revision": {"$exists": True}},
    ),
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING), ("at", ASCENDING)],
        name="by-time",
        partialFilterExpression={"revision": {"$exists": True}},
    ),
    IndexModel([("tenant", ASCENDING), ("commandId", ASCENDING)], name="by-command", unique=True),
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-configuration",
        partialFilterExpression={"configuration": {"$exists": True}},
    ),
]
SNAPSHOT_INDEXES = [
    IndexModel(
        [("tenant", ASCENDING), ("revision", DESCENDING)],
        name="by-revision",
        # Only heads; there are many more parts.
        partialFilterExpression={"revision": {"$exists": True}},
    )
]
BUDGET_INDEXES = [IndexModel([("holders.since", ASCENDING)], name="by-doubt")]
RUN_INDEXES = [
    IndexModel([("closed", ASCENDING), ("seenAt", ASCENDING)], name="by-end"),
    IndexModel(
        [("seenAt", ASCENDING)],
        name="purge-closed",
        expireAfterSeconds=24 * 60 * 60,
        partialFilterExpression={"closed": True},
    ),
]
JOB_INDEXES = [
    IndexModel([("tenant", ASCENDING), ("created.at", DESCENDING), ("_id", DESCENDING)], name="by-creation"),
    IndexModel([("open", ASCENDING)], name="by-open", partialFilterExpression={"open": True}),
]
CHUNK_INDEXES = [IndexModel([("job", ASCENDING), ("done", ASCENDING), ("number", ASCENDING)], name="by-job")]
INDEXES = {
    "carts": CART_INDEXES,
    "journal": JOURNAL_INDEXES,
    "catalog": CATALOG_INDEXES,
    "snapshots": SNAPSHOT_INDEXES,
    "budgets": BUDGET_INDEXES,
    "runs": RUN_INDEXES,
    "jobs": JOB_INDEXES,
    "chunks": CHUNK_INDEXES,
}
"""The indexes of every collection; a worker creates those that are missing."""
FORMER_INDEXES = {"carts": ["purge-tombstones", "by-update", "by-status", "by-key"]}
"""Indexes of earlier releases that must go: one let the server remove deleted carts, ids and all; by another one the
carts updated last came with their ids in descending order; the last two did not have the time of creation."""
