"""What an installation of the checkout has besides the client: the command `cart`, and what a worker needs.

The wheel is for those who call a worker. The worker itself is run from its checkout or its image, so its command and
its dependencies (the group `worker`) come only with an editable installation: `pip install -e .`, `uv sync`.
"""

import tomllib
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Checkout(BuildHookInterface[Any]):
    """Adds to an editable installation, and leaves the wheel alone."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:
        """Called before each build; `version` is `editable` or `standard`."""
        if version == "editable":
            project = tomllib.loads((Path(self.root) / "pyproject.toml").read_text(encoding="utf-8"))
            build_data["dependencies"] += project["dependency-groups"]["worker"]
            build_data["shared_scripts"]["bin/cart"] = "cart"
