#!/usr/bin/env bash
# RabbitMQ 3.10.8 (Debian 12, on Erlang 25.2.3): a quorum queue with a consumer is deleted and declared again at once,
# by another connection. The consumer should be cancelled (the client says that it understands `basic.cancel`). Often
# it is not: the broker counts it as a consumer of the new queue and takes what is published there as sent to it, so
# nothing is ready any more; and it never arrives. With a tenth of a second in between, every consumer is cancelled.
# Seen in 40 rounds each (how many of them are deaf differs, and is never 0):
#   at once: some of 40 neither cancelled nor served, consumers=1 ready=0
#   after 0.1 s: 0 of 40
set -euo pipefail

folder=$(mktemp -d)
trap 'kill "${node:-}" 2> /dev/null || true; sleep 2; rm -rf "$folder"' EXIT
cd "$folder"
chmod 777 .
apt-get download -q rabbitmq-server $(printf 'erlang-%s ' asn1 base crypto eldap ftp inets mnesia os-mon parsetools \
    public-key runtime-tools snmp ssl syntax-tools tftp tools xmerl) > /dev/null
for package in ./*.deb; do dpkg -x "$package" root; done
erlang="$folder/root/usr/lib/erlang"
sed -i "s:/usr/lib/erlang:$erlang:" "$(readlink -f "$erlang/bin/erl")"
server=$(echo "$folder"/root/usr/lib/rabbitmq/lib/rabbitmq_server-*)
[ "${server##*-}" = "3.10.8" ] || { echo "this is about RabbitMQ 3.10.8, not ${server##*-}"; exit 1; }

python3 -m venv venv
venv/bin/pip install -q "aiormq==7.2.4" "pamqp==4.0.1"
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PATH="$erlang/bin:$PATH" HOME="$folder" RABBITMQ_NODENAME="deaf-$port@localhost" RABBITMQ_NODE_PORT="$port" \
    RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_DIST_PORT=$((port > 40000 ? port - 20000 : port + 20000)) \
    RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins"
echo '[].' > plugins
"$server/sbin/rabbitmq-server" > server.log 2>&1 &
node=$!

cat > try.py <<'PY'
import asyncio
import sys
import time

import aiormq

URL = f"amqp://guest:guest@127.0.0.1:{sys.argv[1]}/"
QUORUM = {"x-queue-type": "quorum"}
ROUNDS = 40


async def connected() -> aiormq.abc.AbstractConnection:
    until = time.monotonic() + 60
    while True:
        try:
            return await aiormq.connect(URL)
        except Exception:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.5)


async def is_deaf(number: int, pause: float, one, other) -> bool:
    """Whether the consumer is still there after two seconds, counted as one, and gets nothing."""
    name, got = f"q-{pause}-{number}", 0
    consuming, deleting = await one.channel(), await other.channel()
    await deleting.queue_declare(name, durable=True, arguments=QUORUM)

    async def take(message) -> None:
        nonlocal got
        got += 1
        await consuming.basic_ack(message.delivery_tag)

    tag = (await consuming.basic_consume(name, take)).consumer_tag
    for _ in range(80):
        await deleting.basic_publish(b"x", routing_key=name)
    while got < 80:
        await asyncio.sleep(0.01)
    await deleting.queue_delete(name)
    await asyncio.sleep(pause)
    await deleting.queue_declare(name, durable=True, arguments=QUORUM)
    await asyncio.sleep(0.5)
    if tag not in consuming.consumers:
        return False
    await deleting.basic_publish(b"y", routing_key=name)
    await asyncio.sleep(1.5)
    found = await deleting.queue_declare(name, passive=True)
    return (got, found.consumer_count, found.message_count) == (80, 1, 0)


async def main() -> None:
    for pause in (0.0, 0.1):
        one, other = await connected(), await connected()
        deaf = await asyncio.gather(*(is_deaf(number, pause, one, other) for number in range(ROUNDS)))
        print(f"pause={pause} deaf={sum(deaf) > 0}", f"({sum(deaf)} of {ROUNDS})", file=sys.stderr)
        print(f"pause={pause} deaf={sum(deaf) > 0}")
        await one.close()
        await other.close()


asyncio.run(main())
PY

seen=$(venv/bin/python try.py "$port" 2> try.log || { tail -5 try.log server.log; exit 1; })
grep deaf= try.log || true
[ "$seen" = $'pause=0.0 deaf=True\npause=0.1 deaf=False' ]
