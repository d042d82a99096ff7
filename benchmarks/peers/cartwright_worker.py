"""Cartwright as `cart run` runs it, configured by the environment."""

import uvloop

from workers.app import run
from workers.settings import Settings

if __name__ == "__main__":
    uvloop.run(run(Settings()))
