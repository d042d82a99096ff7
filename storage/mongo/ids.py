"""The ids of documents. Each begins with the tenant, so an index over ids holds together what a tenant has.

A tenant's name holds neither a slash nor a space, so two keys never share an id.
"""

from models.cart.forms import Document
from storage.jobs import ChunkKey, JobKey
from storage.records import CartKey, CommandKey

_SLASH = "/"
_AFTER_SLASH = "0"


def cart_document_id(key: CartKey) -> str:
    """The id of a cart's document."""
    return f"{key.tenant}{_SLASH}{key.cart_id}"


def command_document_id(key: CommandKey) -> str:
    """The id of a command's document in the journal."""
    return f"{key.tenant}{' ' if key.by_job else _SLASH}{key.command_id}"


def job_document_id(key: JobKey) -> str:
    """The id of a job's document."""
    return f"{key.tenant}{_SLASH}{key.job_id}"


def chunk_document_id(key: ChunkKey) -> str:
    """The id of a document of a part of a job."""
    return f"{job_document_id(key.job)}{_SLASH}{key.number}"


def revision_document_id(tenant: str, revision: int) -> str:
    """The id of a catalog revision, and of a snapshot at it."""
    return f"{tenant}{_SLASH}{revision}"


def bounds_of(tenant: str) -> tuple[str, str]:
    """What the ids of a tenant's documents begin with, and the first text that comes after all of them."""
    return f"{tenant}{_SLASH}", f"{tenant}{_AFTER_SLASH}"


def of_tenant(tenant: str, after: str = "") -> Document:
    """The condition for ids of a tenant's carts, from the one after this cart on."""
    start, end = bounds_of(tenant)
    return {"$gt": start + after, "$lt": end}
