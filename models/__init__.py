"""Plain data: money, carts and their changes, rows of the catalog, answers, jobs."""
