"""Journal entries as documents."""

from models.cart.forms import Document
from models.changes.follow_up import FollowUp
from models.changes.priced_patch import PricedPatch
from storage.mongo.cart_documents import (
    read_price,
    read_priced_item,
    read_pricing,
    write_price,
    write_priced_item,
    write_pricing,
)
from storage.mongo.forms import ENTRY
from storage.records import Entry


def write_patch(patch: PricedPatch) -> Document:
    """What pricing wrote, as a document."""
    return {
        "items": [
            {"id": item_id, "prices": [write_price(price) for price in prices]} for item_id, prices in patch.items
        ],
        "gifts": [write_priced_item(item) for item in patch.gifts],
        **write_pricing(patch.pricing),
    }


def read_patch(document: Document) -> PricedPatch:
    """The patch that `write_patch` wrote."""
    items = tuple((each["id"], tuple(read_price(price) for price in each["prices"])) for each in document["items"])
    gifts = tuple(read_priced_item(each) for each in document["gifts"])
    return PricedPatch(items, gifts, read_pricing(document))


def write_entry(entry: Entry) -> Document:
    """An entry as a document of the journal, or of an outbox."""
    return {
        "tenant": entry.tenant,
        "cartId": entry.cart_id,
        "commandId": entry.command_id,
        "bodyHash": entry.body_hash,
        "token": entry.token,
        "kind": entry.kind,
        "status": entry.status,
        "version": entry.version,
        "at": entry.at,
        "actor": entry.actor,
        "reason": entry.reason,
        "currency": entry.currency,
        "changes": entry.changes,
        "priceChanges": entry.price_changes,
        "priced": write_patch(entry.priced),
        **({"followUps": [_write_follow_up(each) for each in entry.follow_ups]} if entry.follow_ups else {}),
        **({"jobId": entry.job_id} if entry.job_id is not None else {}),
        **({"told": entry.told} if entry.told else {}),
        **({"traceparent": entry.traceparent} if entry.traceparent is not None else {}),
    }


def read_entry(document: Document) -> Entry:
    """The entry that `write_entry` wrote; raises `NewerData`."""
    ENTRY.check(document)
    return Entry(
        tenant=document["tenant"],
        cart_id=document["cartId"],
        command_id=document["commandId"],
        body_hash=bytes(document["bodyHash"]),
        kind=document["kind"],
        status=document["status"],
        version=document["version"],
        at=document["at"],
        actor=document["actor"],
        reason=document["reason"],
        currency=document["currency"],
        changes=document["changes"],
        price_changes=document["priceChanges"],
        priced=read_patch(document["priced"]),
        follow_ups=tuple(_read_follow_up(each) for each in document.get("followUps", ())),
        job_id=document.get("jobId"),
        token=bytes(document.get("token", b"")),
        told=document.get("told", {}),
        traceparent=document.get("traceparent"),
    )


def _write_follow_up(follow_up: FollowUp) -> Document:
    return {
        "suffix": follow_up.suffix,
        "type": follow_up.type,
        "cartId": follow_up.cart_id,
        "data": follow_up.data,
        **({"version": follow_up.version} if follow_up.version is not None else {}),
    }


def _read_follow_up(document: Document) -> FollowUp:
    return FollowUp(document["suffix"], document["type"], document["cartId"], document["data"], document.get("version"))
