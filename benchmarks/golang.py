"""Compiling the Go peer with the libraries of Debian's packages."""

import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent / "peers" / "go"
_CACHE = Path(__file__).parent.parent / ".cache" / "go"
GO_PROGRAM = _CACHE / "cart-peer"
_GOPATH = Path("/usr/share/gocode")
_LIBRARIES = ("github.com/rabbitmq/amqp091-go", "go.mongodb.org/mongo-driver")
_PACKAGES = "golang-go golang-github-rabbitmq-amqp091-go-dev golang-mongodb-mongo-driver-dev"


def build_go() -> str | None:
    """Make sure that the peer can be started; return why it can't be, if it can't.

    The first time takes a minute or two; then Go's cache, in `.cache/`, knows that there is nothing to do.
    """
    go = shutil.which("go")
    if go is None or not all((_GOPATH / "src" / each).is_dir() for each in _LIBRARIES):
        return f"Go or its libraries are not installed (apt-get install {_PACKAGES})"
    environment = {"GO111MODULE": "off", "GOPATH": str(_GOPATH), "GOCACHE": str(_CACHE / "build"), "GOFLAGS": ""}
    finished = subprocess.run(
        [go, "build", "-o", str(GO_PROGRAM), "."],
        cwd=SOURCE,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return f"go build failed: {finished.stderr[-300:]}" if finished.returncode else None
