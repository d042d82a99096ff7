"""How many random changes of each sample a dialect is tried with: more in `make soak`."""

import os

RANDOM_CHANGES = int(os.environ.get("RANDOM_CHANGES", "60"))
