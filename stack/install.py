"""Installing RabbitMQ from the system's packages, where we may."""

import logging
import os
import shutil
import subprocess
from pathlib import Path

from stack.errors import StackError
from stack.rabbitmq import find_rabbitmq

_log = logging.getLogger(__name__)

_ADVICE = (
    "RabbitMQ is not installed. Run `apt-get install rabbitmq-server` as root, start Docker, "
    "or set CART_AMQP_URL and CART_MONGO_URL."
)

# Only private nodes are wanted, so a policy keeps the package from starting its system service meanwhile.
_SCRIPT = """
set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -q -y --no-install-recommends rabbitmq-server
"""


def install_rabbitmq() -> Path:
    """Install the package and return its server script.

    Raises StackError with what to do when we are neither root nor may become it, or when the installation
    fails.
    """
    rights = _rights()
    if rights is None or shutil.which("apt-get") is None:
        raise StackError(_ADVICE)
    _log.warning("RabbitMQ is not installed; installing the system's package")
    outcome = subprocess.run(  # noqa: S603 - a fixed script
        [*rights, "sh", "-c", _SCRIPT], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    script = find_rabbitmq()
    if outcome.returncode != 0 or script is None:
        raise StackError(f"{_ADVICE} Installing it failed:\n{outcome.stdout[-1_000:]}{outcome.stderr[-1_000:]}")
    return script


def _rights() -> list[str] | None:
    """Return what to put before a command to run it as root, or None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
        return [sudo, "-n"]
    return None
