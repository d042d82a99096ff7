"""`cart` on the command line, against a test's servers."""

import asyncio
from collections.abc import Awaitable, Callable

from typer.testing import CliRunner, Result

from cli.app import app
from cli.output import console
from workers.settings import Settings

Cart = Callable[..., Awaitable[Result]]
# A console looks at COLUMNS when it is made, which another test of the process may have done before.
console.width = 200


def runs(settings: Settings, tenant: str = "default") -> Cart:
    """A way to run `cart` beside the event loop, against these servers."""
    environment = {
        "CART_AMQP_URL": settings.amqp_url.get_secret_value(),
        "CART_MONGO_URL": settings.mongo_url.get_secret_value(),
        "CART_DATABASE": settings.database,
        "CART_PREFIX": settings.prefix,
        "CART_TENANT": tenant,
        "COLUMNS": "200",
    }

    async def run(*arguments: str, stdin: str | None = None) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(arguments), input=stdin, env=environment)

    return run
