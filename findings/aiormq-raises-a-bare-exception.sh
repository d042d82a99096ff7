#!/usr/bin/env bash
# aiormq 7.2.4: what waits on a channel while its connection is closed without an error, by `connection.close(None)`,
# gets a bare `Exception()`. It is no AMQPError, no OSError and no RuntimeError, so code that catches what the library
# documents lets it through, and a task that publishes in a loop ends. (`connection.close()` cancels instead.)
# Seen: a publish that waits for its confirm while another task closes the connection:
#   type=Exception args=() amqp=False
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "aiormq==7.2.4" "pamqp==4.0.1"

cat > "$folder/try.py" <<'PY'
"""A server that does the handshake of AMQP 0-9-1 and opens a channel, and takes its time to confirm a publish."""

import asyncio

import aiormq
from aiormq.exceptions import AMQPError
from pamqp import frame
from pamqp.commands import Basic, Channel, Confirm, Connection


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def say(method: object, channel: int = 0) -> None:
        writer.write(frame.marshal(method, channel))

    await reader.readexactly(8)
    say(Connection.Start(server_properties={"capabilities": {"publisher_confirms": True}}, mechanisms="PLAIN", locales="en_US"))
    while True:
        head = await reader.readexactly(7)
        body = await reader.readexactly(int.from_bytes(head[3:], "big") + 1)
        _, channel, heard = frame.unmarshal(head + body)
        match heard:
            case Connection.StartOk():
                say(Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=0))
            case Connection.Open():
                say(Connection.OpenOk())
            case Channel.Open():
                say(Channel.OpenOk(), channel)
            case Confirm.Select():
                say(Confirm.SelectOk(), channel)
            case Channel.Close():
                say(Channel.CloseOk(), channel)
            case Connection.Close():
                say(Connection.CloseOk())


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = await aiormq.connect(f"amqp://guest:guest@127.0.0.1:{port}/?heartbeat=0")
    channel = await connection.channel()
    publishing = asyncio.create_task(channel.basic_publish(b"hello", routing_key="somewhere"))
    await asyncio.sleep(0.3)
    await connection.close(None)
    async with asyncio.timeout(5):
        [raised] = await asyncio.gather(publishing, return_exceptions=True)
    print(f"type={type(raised).__name__} args={raised.args} amqp={isinstance(raised, AMQPError)}")


asyncio.run(main())
PY

seen=$("$folder/venv/bin/python" "$folder/try.py" 2> /dev/null)
echo "$seen"
[ "$seen" = "type=Exception args=() amqp=False" ]
