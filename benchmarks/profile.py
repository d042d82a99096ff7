"""Where a command's time goes: samples of a worker's stack while it drains a queue, sorted by the part at work."""

import re
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.bench import Bench
from benchmarks.scene import quantity_changes
from benchmarks.sizes import FULL
from benchmarks.systems import CARTWRIGHT
from benchmarks.workloads import spread
from stack import running_stack

PARTS = (
    ("strict JSON", r"wire/decoding"),
    ("validation (pydantic)", r"model_validate|engine/reading"),
    ("intake: headers, address, deadline", r"workers/consume/(intake|work\.py)"),
    ("decide", r"handlers/(cart|registry)"),
    ("evolve, changes", r"models/changes|models/cart/item_fields"),
    ("amounts as text", r"wire/(money|amounts|periods)|models/money"),
    ("price", r"pricing/|rules/|facts/"),
    ("compare prices", r"pricing/(price_changes|causes)"),
    ("execute, else", r"engine/"),
    ("render the cart", r"models/answers/rendering|forms\.py render_"),
    ("reply body", r"answers/cart_answer"),
    ("event bodies", r"events_of"),
    ("messages", r"workers/publish|workers/settle"),
    ("AMQP publish", r"amqp/encoding|amqp/tap/(publisher|confirms|window)|amqp/plain/publisher"),
    ("AMQP consume and ack", r"amqp/"),
    ("documents of carts", r"storage/mongo/(cart_documents|carts)|forms\.py (read|write)_"),
    ("documents of the journal", r"storage/mongo/(entry_documents|journal)"),
    ("database driver", r"pymongo|motor|bson|storage/"),
    ("fold, groups, lanes", r"workers/"),
    ("event loop", r"asyncio|uvloop|runners"),
)
"""Parts with what their frames look like; the innermost frame that fits any of them decides."""

_RATE = 300
_LOOP = "runners"
"""The file that runs the event loop: stacks without it are those of other threads."""
_SIZES = replace(FULL, lines=(), seconds=8)
_PY_SPY = str(Path(sys.executable).parent / "py-spy")


async def profile() -> None:
    """Drain a queue twice, the second time under py-spy, and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "stacks"
        spy = (_PY_SPY, "record", "--rate", str(_RATE), "--format", "raw", "--full-filenames", "--output", str(output))
        spied = replace(CARTWRIGHT, command=(*spy, "--", *CARTWRIGHT.command))
        async with running_stack() as stack:
            bench = Bench(stack, _SIZES)
            await bench.seed(CARTWRIGHT)
            plain = await spread(bench, CARTWRIGHT, {})
            async with bench.run(spied) as run:
                carts = cycle(f"c-{number}" for number in range(_SIZES.carts))
                await run.traffic.fill(quantity_changes(carts), _SIZES.spread)
                run.traffic.begin("applied")
                await run.running.start()
                await run.traffic.first_reply()
                await run.traffic.replies(_SIZES.spread, _SIZES.seconds)
                await run.running.interrupt_children()
            await bench.close()
        _print(Console(), output.read_text(), plain["CPU µs"])


def _print(console: Console, stacks: str, cpu: float) -> None:
    """Print each part's share, and the functions that have most of it; `cpu` is what a command takes, in µs."""
    functions = Counter[tuple[str, str]]()
    for line in stacks.splitlines():
        stack, _, samples = line.rpartition(" ")
        frames = stack.split(";")
        if any(_LOOP in frame for frame in frames) and not any("importlib" in frame for frame in frames):
            functions[_part(frames)] += int(samples)
    parts = Counter[str]()
    for (part, _), samples_of_function in functions.items():
        parts[part] += samples_of_function
    for title, counted in (("part", parts), ("part and function", functions)):
        table = Table(title, "share", "µs per command", title=f"{cpu:.0f} µs CPU per command", title_justify="left")
        for name, many in counted.most_common(30):
            share = many / parts.total()
            table.add_row(name if isinstance(name, str) else ": ".join(name), f"{share:.1%}", f"{share * cpu:.0f}")
        console.print(table)


def _part(frames: list[str]) -> tuple[str, str]:
    """The part that a stack belongs to, and the innermost of its frames that says so."""
    for frame in reversed(frames):
        for name, pattern in PARTS:
            if re.search(pattern, frame):
                return name, frame.partition(" (")[0]
    return "other", ""


if __name__ == "__main__":
    uvloop.run(profile())
