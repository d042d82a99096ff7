"""Storage: carts, journal, catalog and runs behind small interfaces; the database driver is known only here."""
