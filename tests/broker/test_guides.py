"""The guides of `docs/guides/` run word by word, from nothing, and print what they say they print."""

from pathlib import Path

import pytest

from support.written import ROOT, SECONDS, Reader, unprinted

GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
async def test_a_guide_runs_as_written(
    guide: Path, amqp_url: str, mongo_url: str, prefix: str, database_name: str, tmp_path: Path
) -> None:
    environment = {"CART_PREFIX": prefix, "CART_DATABASE": database_name}
    status, printed = await Reader(tmp_path, amqp_url, mongo_url, environment).follow(guide)
    assert status == 0, printed + (tmp_path / "worker.log").read_text()[-3000:]
    assert unprinted(guide, printed) == []
