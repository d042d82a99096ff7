"""What the README does with the typed client, sent twice: `tutorial_cartwright.py ROUTING-KEY BODY`."""

import asyncio
import json
import os
import sys

from cartwright import CartClient, RefusedError


async def main():
    tenant, _, kind = sys.argv[1].partition(".")
    command = json.loads(sys.argv[2])
    set_now = {"message_id": os.environ["MESSAGE_ID"]} if "MESSAGE_ID" in os.environ else {}
    async with CartClient(os.environ["CART_AMQP_URL"], tenant=tenant, prefix=os.environ["CART_PREFIX"]) as carts:
        for _ in range(2):
            try:
                print((await carts.call(kind, command["data"], **set_now)).model_dump_json(by_alias=True), flush=True)
            except RefusedError as refused:
                print(json.dumps({"type": "command-refused", "error": {"code": refused.code}}), flush=True)


asyncio.run(main())
