"""The versions of every cart, and their events: G3 and G4."""

from audit.findings import Finding, Findings
from audit.history import Event, History
from audit.kept import Kept
from models.answers.job_answer import render_job
from models.answers.rendering import render_due_now, render_totals
from models.changes.change import announced_kinds
from storage.records import Entry


def no_holes(_: History, kept: Kept) -> Findings:
    """G3: the journal holds versions 1 to n of every cart, but for archived ones; the stored cart is the n-th."""
    for cart_id, journal in kept.journals.items():
        stored = kept.carts.get(cart_id)
        last = stored.cart.version if stored else 0
        versions = [entry.version for entry in journal]
        if versions != list(range(_archived(kept, cart_id) + 1, last + 1)):
            yield Finding("G3", cart_id, f"is stored at version {last}, the journal holds {versions}")


def one_event_a_version(history: History, kept: Kept) -> Findings:
    """G4: one distinct `cart-updated` per version, in order; the other events only where they apply."""
    heard: dict[str, dict[str, Event]] = {cart_id: {} for cart_id in kept.journals}
    for event in history.versions:
        first = heard.setdefault(event.fields["cartId"], {}).setdefault(event.id, event)
        if first != event:
            yield Finding("G4", event.id, "was published twice, with different bodies")
    for cart_id, journal in kept.journals.items():
        begin = _archived(kept, cart_id)
        events = [event for event in heard[cart_id].values() if event.fields["version"] > begin]
        updates = [event.fields["version"] for event in events if event.fields["type"] == "cart-updated"]
        if updates != [entry.version for entry in journal]:
            yield Finding("G4", cart_id, f"has {len(journal)} versions, the events told of {updates}")
        moved = [event.fields["version"] for event in events if event.fields["type"] == "price-changed"]
        if moved != [entry.version for entry in journal if entry.price_changes]:
            yield Finding("G4", cart_id, f"told of moved amounts at {moved}")
        for kind in announced_kinds():
            told = [event.fields["version"] for event in events if event.fields["type"] == kind]
            if told != [entry.version for entry in journal if any(each["type"] == kind for each in entry.changes)]:
                yield Finding("G4", cart_id, f"told of {kind} at {told}")
        versions = {entry.version: entry for entry in journal}
        for event in events:
            yield from _faithful(event, versions.get(event.fields["version"]))


def one_end_a_job(history: History, kept: Kept) -> Findings:
    """G4: one distinct event for the end of every job, which tells how it was stored."""
    told: dict[str, dict[str, Event]] = {}
    for event in history.events:
        if event.fields["type"].endswith("-completed"):
            first = told.setdefault(event.fields["jobId"], {}).setdefault(event.id, event)
            if first != event:
                yield Finding("G4", event.id, "was published twice, with different bodies")
    for job in kept.jobs:
        ends = list(told.pop(job.id, {}).values())
        if len(ends) != int(job.announced):
            yield Finding("G4", job.id, f"is {job.state}, {len(ends)} events told of its end")
        for event in ends:
            if event.fields["job"] != render_job(job):
                yield Finding("G4", event.id, "tells of another end than the stored job")
    for job_id in told:
        yield Finding("G4", job_id, "is told to have ended, and nobody stored it")


def _archived(kept: Kept, cart_id: str) -> int:
    """The last version of a cart whose history is archived."""
    return kept.archived[cart_id].version if cart_id in kept.archived else 0


def _faithful(event: Event, entry: Entry | None) -> Findings:
    fields = event.fields
    if entry is None:
        yield Finding("G4", event.id, "tells of a version that nobody stored")
        return
    if event.id != f"{entry.tenant}:{entry.cart_id}:{entry.version}:{fields['type']}":
        yield Finding("G4", event.id, "is not the id of this event")
    if (fields["commandId"], fields.get("jobId")) != (entry.command_id, entry.job_id):
        yield Finding("G4", event.id, f"names command {fields['commandId']}, the journal {entry.command_id}")
    totals = render_totals(entry.priced.pricing.totals, entry.currency)
    due_now = render_due_now(entry.priced.pricing.due_now, entry.currency)
    if (fields["totals"], fields["dueNow"]) != (totals, due_now):
        yield Finding("G5", event.id, "tells of other totals than the journal")
