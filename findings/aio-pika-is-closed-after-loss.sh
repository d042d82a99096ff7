#!/usr/bin/env bash
# aio-pika 10.2.1, aiormq 7.2.4: a plain connection (`aio_pika.connect`) whose server has closed it still says
# `is_closed == False`. Its close callbacks have run, and every use of it fails. Code that asks `is_closed` before it
# connects again never does.
# Seen: after the server's Connection.Close (320, CONNECTION_FORCED) and the end of the socket:
#   is_closed=False callbacks=1 channel=failed
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "aio-pika==10.2.1" "aiormq==7.2.4" "pamqp==4.0.1"

cat > "$folder/try.py" <<'PY'
"""A server that does the handshake of AMQP 0-9-1, and then closes the connection as an operator would."""

import asyncio

import aio_pika
from pamqp import frame
from pamqp.commands import Connection


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    async def hear() -> object:
        head = await reader.readexactly(7)
        body = await reader.readexactly(int.from_bytes(head[3:], "big") + 1)
        return frame.unmarshal(head + body)[2]

    def say(method: object) -> None:
        writer.write(frame.marshal(method, 0))

    await reader.readexactly(8)
    say(Connection.Start(server_properties={"capabilities": {}}, mechanisms="PLAIN", locales="en_US"))
    await hear()
    say(Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=0))
    await hear()
    await hear()
    say(Connection.OpenOk())
    await asyncio.sleep(0.2)
    say(Connection.Close(320, "CONNECTION_FORCED", 0, 0))
    await writer.drain()
    await asyncio.sleep(0.2)
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{port}/?heartbeat=0")
    told = []
    connection.close_callbacks.add(lambda *_: told.append(1))
    await asyncio.sleep(1)
    try:
        async with asyncio.timeout(2):
            await connection.channel()
        channel = "opened"
    except (Exception, asyncio.CancelledError):
        channel = "failed"
    print(f"is_closed={connection.is_closed} callbacks={len(told)} channel={channel}")


asyncio.run(main())
PY

seen=$("$folder/venv/bin/python" "$folder/try.py" 2> /dev/null)
echo "$seen"
[ "$seen" = "is_closed=False callbacks=1 channel=failed" ]
