"""The examples of the README run word by word, one after the other, in a shell and in Python."""

import asyncio
import os
import re
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def block(language: str, about: str) -> str:
    """The one code block of the README that holds these words."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    [found] = [each for each in blocks if about in each]
    return str(found)


async def test_the_examples_run_as_written(
    amqp_url: str, mongo_url: str, prefix: str, database_name: str, tmp_path: Path
) -> None:
    """`make stack-up` prints the addresses of the servers that are there; everything else is the README's."""
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    printed = f"export CART_AMQP_URL={shlex.quote(amqp_url)}\nexport CART_MONGO_URL={shlex.quote(mongo_url)}"
    python = block("python", "CartClient").replace('CART_AMQP_URL"])', f'CART_AMQP_URL"], prefix={prefix!r})')
    script = "\n".join(
        (
            f"make() {{ [ \"$*\" = '--silent stack-up' ] && echo {shlex.quote(printed)}; }}",
            "set -e",
            block("sh", "cart run"),
            f"{shlex.quote(sys.executable)} - <<'PYTHON'\n{python}PYTHON",
            "kill %1",
            "wait %1",
        )
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CART_")}
    environment |= {"CART_PREFIX": prefix, "CART_DATABASE": database_name, "COLUMNS": "200"}
    running = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script,
        cwd=tmp_path,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    shown = output.decode()
    assert running.returncode == 0, shown + (tmp_path / "worker.log").read_text()
    assert "upsert-offerings: 3 rows, applied, catalog revision 2" in shown
    assert "applied cart c-1, version 2" in shown
    assert "dry-run cart c-1, version 3" in shown
    assert "due now 19.80 EUR" in shown
    assert "quantity" in shown
    assert "2 × mug at 9.90, since catalog revision 3" in shown
    assert "total one-time: 0.00 → 19.80 EUR (item-added)" in shown
    assert "0.00 → 14.50" in shown
    assert "to pay: 14.50" in shown
