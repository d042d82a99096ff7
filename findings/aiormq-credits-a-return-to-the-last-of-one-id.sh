#!/usr/bin/env bash
# aiormq 7.2.4 (and aio-pika 10.2.1 above it): two messages with one message id are under way, as when a command is
# sent again; the first goes where no queue is, the second to a queue. The broker returns the first. The publisher is
# told that the first was confirmed, and that the second came back. The return is credited to the last message that
# has its message id, whichever came back.
# Seen, with mandatory and on_return_raises=True:
#   nowhere=Ack somewhere=PublishError
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "aiormq==7.2.4" "pamqp==4.0.1"

cat > "$folder/try.py" <<'PY'
"""A server that confirms what it is sent, and returns first what is sent to `nowhere`, as RabbitMQ does."""

import asyncio

import aiormq
from pamqp import body, frame, header
from pamqp.commands import Basic, Channel, Confirm, Connection


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def say(method: object, channel: int = 0) -> None:
        writer.write(frame.marshal(method, channel))

    await reader.readexactly(8)
    say(Connection.Start(server_properties={"capabilities": {"publisher_confirms": True}}, mechanisms="PLAIN", locales="en_US"))
    sent = []
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
            case Confirm.Select():
                say(Confirm.SelectOk(), channel)
            case Basic.Publish():
                sent.append(heard.routing_key)
            case body.ContentBody() if len(sent) == 2:
                for tag, key in enumerate(sent, 1):
                    if key == "nowhere":
                        say(Basic.Return(312, "NO_ROUTE", "", key), channel)
                        say(header.ContentHeader(body_size=1, properties=Basic.Properties(message_id="m-1")), channel)
                        say(body.ContentBody(b"x"), channel)
                    say(Basic.Ack(tag), channel)
            case Connection.Close():
                say(Connection.CloseOk())


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connection = await aiormq.connect(f"amqp://guest:guest@127.0.0.1:{port}/?heartbeat=0")
    channel = await connection.channel(on_return_raises=True)

    def publish(key: str) -> object:
        properties = aiormq.spec.Basic.Properties(message_id="m-1")
        return channel.basic_publish(b"x", routing_key=key, properties=properties, mandatory=True)

    async with asyncio.timeout(5):
        nowhere, somewhere = await asyncio.gather(publish("nowhere"), publish("somewhere"), return_exceptions=True)
    print(f"nowhere={type(nowhere).__name__} somewhere={type(somewhere).__name__}")
    await connection.close()


asyncio.run(main())
PY

seen=$("$folder/venv/bin/python" "$folder/try.py" 2> /dev/null)
echo "$seen"
[ "$seen" = "nowhere=Ack somewhere=PublishError" ]
