"""What the catalog holds: rows, agreements, vouchers, the tenant's configuration."""
