"""Commands and queries about jobs, and what jobs do to single carts."""
