"""The worker: consume, lanes, execute, commit, publish, acknowledge."""
