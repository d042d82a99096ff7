"""Opens an aio-pika connection, and leaves nothing behind if that fails."""

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.connection import make_url


async def connect(url: str, seconds: float | None = None) -> AbstractConnection:
    """Open a plain connection; raises what aiormq does, but ConnectionResetError if the broker hangs up at once.

    `aio_pika.connect` leaves a failed connection to its finalizer, which closes it when it is garbage-collected, even
    if no event loop runs then.
    """
    connection = aio_pika.Connection(make_url(url))
    try:
        await connection.connect(timeout=seconds)
    except StopAsyncIteration as error:
        await connection.close()
        raise ConnectionResetError("the broker hung up before it said anything") from error
    except BaseException:
        await connection.close()
        raise
    return connection
