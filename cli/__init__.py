"""The command line, `cart`; see `app` for the commands."""


def main() -> None:
    """Run the command line."""
    from cli.app import app  # noqa: PLC0415 (importing the package needs no terminal)

    app()
