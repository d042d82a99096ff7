"""Commands and queries about jobs."""
