"""How much is tried at random: more in `make soak`."""

import os

RANDOM_CHANGES = int(os.environ.get("RANDOM_CHANGES", "60"))
"""Changes of each sample that a dialect is tried with."""
SCHEDULES = int(os.environ.get("SCHEDULES", "100"))
"""Ways in which two workers come to the same commands, with their troubles."""
