"""The command line, `cart`; see `app` for the commands."""

import sys
import traceback
from types import TracebackType

from workers.masking import masked


def main() -> None:
    """Run the command line; what nobody expected is shown without secrets too."""
    from cli.app import app  # noqa: PLC0415 (importing the package needs no terminal)

    sys.excepthook = _show
    app()


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))
