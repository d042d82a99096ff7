"""Jobs as callers see them (contract, "Jobs")."""

from typing import Annotated, Literal

from pydantic import Field

from cartwright.wire.answer import Amount, Answer
from cartwright.wire.examples import example, example_of
from cartwright.wire.replies import Reply
from cartwright.wire.schema import Currency, Time


class JobCounts(Answer):
    """How many carts; once a job is completed, `seen` is `total`."""

    total: int
    """The carts of the job; while it is being planned, those that were found so far."""
    seen: int
    """The carts that are done: the sum of the other counts."""
    changed: int
    """Carts of which an amount moved, or that expired."""
    unchanged: int
    """Carts of which no amount moved, or that were exported."""
    kept: int
    """Carts that keep a price by its rule, and of which nothing else moved."""
    skipped: int
    """Carts that were read-only, frozen, locked or gone."""
    failed: int
    """Carts that could not be priced; they stay as they are."""


class JobAmounts(Answer):
    """The gross totals of all carts seen, of one currency, price type and period."""

    currency: Currency
    """The currency of the amounts."""
    type: str
    """The price type."""
    period: str | None
    """The period of recurring prices."""
    before: Amount
    """The sum before the job."""
    after: Amount
    """The sum after it."""
    difference: Amount
    """After less before."""


class JobMove(Answer):
    """A cart whose payable amount rose or fell."""

    cart_id: str
    """The cart's id."""
    currency: Currency
    """The currency of the amount."""
    difference: Amount
    """By how much what is payable now moved; negative for a fall."""


class JobFailure(Answer):
    """A cart that could not be priced."""

    cart_id: str
    """The cart's id."""
    code: str
    """Why, e.g. `price-not-found`."""
    message: str
    """The same for people."""


class KeptAmount(Answer):
    """What was not taken because prices were kept by their rules."""

    currency: Currency
    """The currency of the amount."""
    amount: Amount
    """What the list prices of today would add; negative for what they would take off."""


class JobView(Answer):
    """A job: what was asked for, how far it has come, and what it came to so far."""

    model_config = example(
        {
            "id": "j-7d1c5f0e2b9a4c8d3e6f1a2b",
            "kind": "repricing",
            "label": "December prices",
            "mode": "apply",
            "state": "running",
            "where": 'country = "FR"',
            "asOf": None,
            "withDrafts": [],
            "ratePerSecond": None,
            "catalogRevision": 12,
            "counts": {
                "total": 200000,
                "seen": 120000,
                "changed": 12000,
                "unchanged": 107940,
                "kept": 50,
                "skipped": 9,
                "failed": 1,
            },
            "amounts": [
                {
                    "currency": "EUR",
                    "type": "recurring",
                    "period": "P1M",
                    "before": "1000.00",
                    "after": "1010.00",
                    "difference": "10.00",
                }
            ],
            "largestRises": [{"cartId": "c-42", "currency": "EUR", "difference": "3.00"}],
            "largestFalls": [],
            "failures": [{"cartId": "c-7", "code": "price-not-found", "message": "Offering sim has no price here."}],
            "keptAmounts": [],
            "reportHash": None,
            "createdAt": "2026-01-01T02:00:00Z",
            "startedAt": "2026-01-01T02:00:01Z",
            "finishedAt": None,
        }
    )

    id: str
    """The job's id."""
    kind: Literal["repricing", "expiry", "export"]
    """What is done to the carts."""
    label: str | None
    """What people call it."""
    mode: Literal["apply", "preview"]
    """Whether carts are written."""
    state: Literal["planned", "running", "paused", "completed", "cancelled", "failed"]
    """Where the job is in its life."""
    where: str | None
    """The filter that the carts match."""
    as_of: Time | None
    """The time whose prices count; none: now."""
    with_drafts: list[str]
    """Drafts that count as if they were active."""
    rate_per_second: int | None
    """How many carts a second at most."""
    catalog_revision: int
    """The catalog's revision when the job was started."""
    counts: JobCounts
    """How many carts."""
    amounts: list[JobAmounts]
    """The sums of all carts seen."""
    largest_rises: list[JobMove]
    """The ten carts whose payable amount rose most."""
    largest_falls: list[JobMove]
    """The ten carts whose payable amount fell most."""
    failures: list[JobFailure]
    """The first hundred carts, by id, that could not be priced."""
    kept_amounts: list[KeptAmount]
    """What was not taken because prices were kept, by currency."""
    report_hash: str | None
    """The hash over all lines of the report, without versions; none before the job is completed."""
    created_at: Time
    """When the job was asked for."""
    started_at: Time | None
    """When its first cart was handed out."""
    finished_at: Time | None
    """When it was completed, or nothing of it was under way any more."""


class JobUpdated(Reply):
    """The outcome of a command about a job, or the job as it is."""

    model_config = example(
        {"type": "job-updated", "commandId": "m-3", "status": "applied", "job": example_of(JobView)},
    )

    type: Literal["job-updated"]
    job: JobView
    """The job after the command."""


class JobsFound(Reply):
    """Jobs of the tenant, the newest first; on the wire it is a `query-result`."""

    type: Literal["query-result"]
    items: list[JobView]
    """The jobs."""


class LineAmounts(Answer):
    """A gross total of a cart before and after."""

    currency: Currency
    """The currency of the amounts."""
    type: str
    """The price type."""
    period: str | None
    """The period of a recurring total."""
    before: Amount
    """Before the job."""
    after: Amount
    """After it."""


class ReportEntry(Answer):
    """What a job came to for one cart."""

    cart_id: str
    """The cart's id."""
    version: Annotated[tuple[int, int], Field(strict=False)]
    """The cart's version before and after; both 0 for a cart that is gone."""
    outcome: Literal["changed", "unchanged", "kept", "skipped", "failed"]
    """What became of it."""
    code: str | None
    """Why it was skipped or failed."""
    amounts: list[LineAmounts]
    """Its gross totals."""
    because: list[str]
    """The causes of what moved."""


class ReportRead(Reply):
    """A page of a job's report, in order of the carts' ids; on the wire it is a `query-result`."""

    type: Literal["query-result"]
    items: list[ReportEntry]
    """The lines."""
    next_cursor: str | None
    """What to ask for the next page with; none on the last one. While the job runs, there may be more later."""
