"""The Python examples of `docs/clients/` run as they are, for tenants of their own, and print what the page says."""

import asyncio
import os
import re
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from support.running import Running

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / "docs" / "clients"
EXAMPLES = sorted((CLIENTS / "examples" / "python").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
async def test_an_example_prints_what_the_page_says(running: Running, amqp_url: str, example: Path) -> None:
    [transcript] = re.findall(r"```text\n(.*?)```", (CLIENTS / "README.md").read_text(), re.DOTALL)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CART_")}
    environment |= {"CART_AMQP_URL": amqp_url, "CART_PREFIX": running.settings.prefix, "CART_TENANT": f"t{uuid4().hex}"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        example,
        env=environment | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(60):
            output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert output.decode() == transcript
