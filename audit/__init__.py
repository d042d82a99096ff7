"""The audit: whether what a tenant was told and what is stored for it keep the guarantees of the worker."""

from cartwright.workers.audit.audit import audit
from cartwright.workers.audit.findings import Finding
from cartwright.workers.audit.history import History, Sent
from cartwright.workers.audit.kept import Kept, read_kept

__all__ = ["Finding", "History", "Kept", "Sent", "audit", "read_kept"]
