"""Installing and compiling the NestJS peer."""

import shutil
import subprocess

from benchmarks.systems import NEST


def install_nest() -> str | None:
    """Make sure that the peer can be started; return why it can't be, if it can't."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "node or npm is not installed"
    if (NEST / "dist" / "main.js").exists():
        return None
    for arguments in (("ci", "--no-audit", "--no-fund"), ("run", "build")):
        finished = subprocess.run([npm, *arguments], cwd=NEST, capture_output=True, text=True, check=False)
        if finished.returncode:
            return f"npm {arguments[0]} failed: {(finished.stderr or finished.stdout)[-300:]}"
    return None
