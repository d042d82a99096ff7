"""Facts: the snapshot of a tenant's catalog that pricing and rules read, and the kinds of its rows."""
