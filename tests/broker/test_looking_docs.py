"""The examples of `docs/looking-into-carts.md` run word by word, and print what the page says they print."""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from support.running import Running

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "looking-into-carts.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
MARK = "== next example =="


def lines(text: str) -> Iterator[str]:
    """The lines that say something, with single spaces and without what frames tables."""
    for line in text.splitlines():
        words = " ".join(re.sub(r"[│┃]", " ", line).split())
        if words and not set(words) <= set("┏━┳┓┡╇┩└─┴┘├┼┤ "):
            yield words


def is_printed(expected: str, printed: list[str]) -> bool:
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return any(re.fullmatch(pattern, line) for line in printed)


async def test_the_examples_print_what_the_page_says(running: Running, tmp_path: Path) -> None:
    examples = EXAMPLE.findall(PAGE)
    assert PAGE.count("```sh") == len(examples)
    script = [f'cart() {{ {shlex.quote(sys.executable)} -m cli "$@"; }}', "set -e"]
    script += [f"{commands}\necho {shlex.quote(MARK)}" for commands, _ in examples]
    settings = running.settings
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CART_")} | {
        "CART_AMQP_URL": settings.amqp_url.get_secret_value(),
        "CART_PREFIX": settings.prefix,
        "CART_TENANT": f"t-{uuid4().hex}",
        "COLUMNS": "160",
        "PYTHONPATH": str(ROOT),
    }
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        "\n".join(script),
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await shell.communicate()
    printed = output.decode()
    assert shell.returncode == 0, printed
    wrong = []
    for (commands, expected), found in zip(examples, printed.split(MARK), strict=False):
        missing = [line for line in lines(expected) if not is_printed(line, list(lines(found)))]
        if missing or not expected.strip():
            wrong.append(f"{commands}\nprints\n{found}\nwithout\n{missing}")
    assert not wrong, "\n".join(wrong)
