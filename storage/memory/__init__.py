"""Storage in memory, for tests: the twin of MongoDB, under the same tests."""
