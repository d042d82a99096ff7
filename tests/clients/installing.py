"""Installing clients with the commands of their pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from clients.catalogue import Client


class InstallError(Exception):
    """A client that is not to be had here; the text says why."""


def install(client: Client, folder: Path) -> str:
    """Install a client for programs in `folder`, and return its version. Raises InstallError."""
    manager, _, rest = client.install.partition(" ")
    if manager == "pip":
        if not (folder / ".venv").exists():
            _run([sys.executable, "-m", "venv", ".venv"], folder)
        _run([".venv/bin/python", "-m", "pip", "--disable-pip-version-check", *rest.split()], folder)
    elif manager == "npm":
        _need("node")
        _run(["npm", *rest.split(), "--no-audit", "--no-fund", "--silent"], folder)
    else:
        _install_packages(rest.split()[1:], folder)
    return client.version or _packaged_version(str(client.package))


def _install_packages(packages: list[str], folder: Path) -> None:
    _need("apt-get")
    if all(_installed(package) for package in packages):
        return
    if os.geteuid() != 0:
        raise InstallError("only root can install packages here")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    _run(["apt-get", "update", "-q"], folder)
    _run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages], folder)


def _installed(package: str) -> bool:
    return _asked(["dpkg-query", "-W", "-f", "${db:Status-Status}", package]) == "installed"


def _packaged_version(package: str) -> str:
    """What the packagers packed, without the number of their packing."""
    return _asked(["dpkg-query", "-W", "-f", "${source:Upstream-Version}", package])


def _asked(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _need(program: str) -> None:
    if shutil.which(program) is None:
        raise InstallError(f"there is no {program}")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise InstallError(f"{' '.join(command)}: {lines[-1] if lines else done.returncode}")
