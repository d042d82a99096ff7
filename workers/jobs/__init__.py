"""Running jobs: a planner splits them into chunks, runners take the chunks."""
