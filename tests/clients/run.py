"""Try every client that can be installed here against a worker, and print the table of `docs/clients/README.md`.

`run.py [--write] [part of a name …]`. A client that can't be installed is left out, with a word. Exits 1 if something
differs from the table, or with `--write` puts what was seen into it.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aio_pika

sys.path[:0] = [str(Path(__file__).parents[1])]

from clients.catalogue import CLIENTS, EXAMPLES, ROOT, TUTORIALS, Client  # noqa: E402
from clients.installing import InstallError, install  # noqa: E402
from clients.matrix import Cells, differences, rendered, transcript, write  # noqa: E402
from clients.programs import Programs, TrialError  # noqa: E402
from clients.trying import Trial  # noqa: E402
from clients.wire import Wire  # noqa: E402
from stack import Stack  # noqa: E402
from stack.local import start_local  # noqa: E402

PREFIX = "clients"


@asynccontextmanager
async def worker(stack: Stack, folder: Path) -> AsyncIterator[dict[str, str]]:
    """A worker on its own prefix and database; yields what callers need to know."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CART_")}
    addresses = {"CART_AMQP_URL": stack.amqp_url, "CART_PREFIX": PREFIX}
    environment = {**bare, **addresses, "CART_MONGO_URL": stack.mongo_url, "CART_DATABASE": PREFIX}
    environment["PYTHONPATH"] = str(ROOT)
    with (folder / "worker.log").open("w") as log:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "run", env=environment, stdout=log, stderr=log
        )
    try:
        doctor = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli", "doctor", "--wait", "60", env=environment, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await doctor.communicate()
        if doctor.returncode != 0:
            raise TrialError(said.decode() + (folder / "worker.log").read_text())
        yield addresses
    finally:
        running.terminate()
        await running.wait()


async def try_client(client: Client, folder: Path, addresses: dict[str, str], wire: Wire) -> Cells:
    """The row of a client. Raises InstallError, or TrialError."""
    version = await asyncio.to_thread(install, client, folder)
    for file in (TUTORIALS / client.tutorial, *([EXAMPLES / client.example] if client.example else [])):
        shutil.copy(file, folder / file.name)
    trial = Trial(client, version, Programs(client, folder, addresses), wire, transcript())
    return (await trial.row()).cells()


async def try_all(clients: list[Client]) -> tuple[list[Cells], list[str]]:
    """The rows of all clients that can be had, and what went wrong."""
    rows: list[Cells] = []
    failures = []
    stack = await start_local()
    try:
        with TemporaryDirectory(prefix="cart-clients-") as name:
            async with worker(stack, Path(name)) as addresses, await aio_pika.connect(stack.amqp_url) as connection:
                wire = await Wire.open(connection, PREFIX)
                for client in clients:
                    try:
                        rows.append(await try_client(client, Path(name), addresses, wire))
                        print("tried", client.name, flush=True)
                    except InstallError as error:
                        print(f"left out {client.name}: {error}", flush=True)
                    except TrialError as error:
                        failures.append(str(error))
    finally:
        await stack.stop()
    return rows, failures


def main() -> int:
    wanted = [name for name in sys.argv[1:] if name != "--write"]
    chosen = [client for client in CLIENTS if not wanted or any(part in client.name for part in wanted)]
    rows, failures = asyncio.run(try_all(chosen))
    print(rendered(rows))
    if "--write" in sys.argv:
        write(rows)
    else:
        failures += differences(rows)
    print("\n".join(failures) if failures else f"{len(rows)} clients do as the table says")
    return 1 if failures or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
