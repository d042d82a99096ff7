"""The audit: whether what a tenant was told and what is stored for it keep the guarantees of the worker."""

from audit.audit import audit
from audit.findings import Finding
from audit.history import History, Sent
from audit.kept import Kept, read_kept

__all__ = ["Finding", "History", "Kept", "Sent", "audit", "read_kept"]
