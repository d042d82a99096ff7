"""The audit: whether a tenant's messages and stored data keep the guarantees of the worker."""

from audit.audit import GUARANTEES, STORED, audit, audit_stored
from audit.findings import Finding
from audit.history import History, Sent
from audit.kept import Kept, read_kept, read_pages

__all__ = [
    "GUARANTEES",
    "STORED",
    "Finding",
    "History",
    "Kept",
    "Sent",
    "audit",
    "audit_stored",
    "read_kept",
    "read_pages",
]
