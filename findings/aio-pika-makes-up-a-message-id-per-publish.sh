#!/usr/bin/env bash
# aio-pika 10.2.1 (aiormq 7.2.4): a message without a message id gets a random one from `publish`, and another one when
# the same `Message` object is published again. `message.message_id` is None before, between and after. A receiver that
# takes the message id for an idempotency key sees two commands where the sender sent one again.
# Seen, with one Message published twice:
#   own=[None, None] sent=2 different=2
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "aio-pika==10.2.1" "aiormq==7.2.4" "pamqp==4.0.1"

cat > "$folder/try.py" <<'PY'
"""A server that notes the message ids of what it is sent, and confirms it."""

import asyncio

import aio_pika
from pamqp import body, frame, header
from pamqp.commands import Basic, Channel, Confirm, Connection

IDS = []


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def say(method: object, channel: int = 0) -> None:
        writer.write(frame.marshal(method, channel))

    await reader.readexactly(8)
    say(Connection.Start(server_properties={"capabilities": {"publisher_confirms": True}}, mechanisms="PLAIN", locales="en_US"))
    while True:
        head = await reader.readexactly(7)
        rest = await reader.readexactly(int.from_bytes(head[3:], "big") + 1)
        _, channel, heard = frame.unmarshal(head + rest)
        match heard:
            case Connection.StartOk():
                say(Connection.Tune(channel_max=2047, frame_max=131072, heartbeat=0))
            case Connection.Open():
                say(Connection.OpenOk())
            case Channel.Open():
                say(Channel.OpenOk(), channel)
            case Channel.Close():
                say(Channel.CloseOk(), channel)
            case Confirm.Select():
                say(Confirm.SelectOk(), channel)
            case header.ContentHeader():
                IDS.append(heard.properties.message_id)
            case body.ContentBody():
                say(Basic.Ack(len(IDS)), channel)
            case Connection.Close():
                say(Connection.CloseOk())


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = await aio_pika.connect(f"amqp://guest:guest@127.0.0.1:{port}/?heartbeat=0")
    channel = await connection.channel()
    message = aio_pika.Message(b"x")
    own = []
    async with asyncio.timeout(5):
        for _ in range(2):
            own.append(message.message_id)
            await channel.default_exchange.publish(message, "q")
    print(f"own={own} sent={sum(map(bool, IDS))} different={len(set(IDS))}")
    await connection.close()


asyncio.run(main())
PY

seen=$("$folder/venv/bin/python" "$folder/try.py" 2> /dev/null)
echo "$seen"
[ "$seen" = "own=[None, None] sent=2 different=2" ]
