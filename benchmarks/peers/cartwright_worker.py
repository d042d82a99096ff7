"""Cartwright as `cart run` runs it, configured by the environment."""

import uvloop

from cartwright.workers.app import run
from cartwright.workers.settings import Settings

if __name__ == "__main__":
    uvloop.run(run(Settings()))
