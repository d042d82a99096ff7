"""Tenants apart: G7."""

from collections.abc import Iterator

from audit.findings import Finding, Findings
from audit.history import History
from audit.kept import Kept


def tenants_apart(history: History, kept: Kept) -> Findings:
    """G7: the events, replies and stored data of a tenant are its own."""
    for event in history.events:
        if event.fields["tenant"] != history.tenant:
            yield Finding("G7", event.id, f"is an event of {event.fields['tenant']}, and {history.tenant} heard it")
    for message_id in history.replies.keys() - history.sent.keys():
        yield Finding("G7", message_id, f"was answered to {history.tenant}, which has not sent it")
    for message_id, replies in history.replies.items():
        for reply in replies:
            cart_id = reply.get("cartId") if reply.get("status") not in (None, "dry-run") else None
            if cart_id is not None and cart_id not in kept.carts:
                yield Finding("G7", message_id, f"was told of cart {cart_id}, which is not one of {history.tenant}'s")
    for subject, tenant in _owners(kept):
        if tenant != kept.tenant:
            yield Finding("G7", subject, f"is stored for {kept.tenant}, and belongs to {tenant}")


def _owners(kept: Kept) -> Iterator[tuple[str, str]]:
    """Everything that was found under a tenant's name, with the tenant that it names."""
    for cart_id, stored in kept.carts.items():
        yield cart_id, stored.cart.tenant
        yield from ((entry.command_id, entry.tenant) for entry in (*stored.outbox, *kept.journals[cart_id]))
    entries = (*kept.entries.values(), *kept.job_entries.values())
    yield from ((entry.command_id, entry.tenant) for entry in entries)
    yield from ((job.id, job.tenant) for job in kept.jobs)
    yield from ((revision.command_id, revision.tenant) for revision in kept.revisions)
