"""Pages name files and sections that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import GUARANTEES
from benchmarks.targets import TARGETS
from cartwright.wire.parked import CARRIED

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def without_blocks(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_blocks(page)):
        if "://" not in target:
            path, _, section = target.partition("#")
            yield (page.parent / path if path else page), section


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, section in links(page):
        assert target.exists(), target
        assert not section or section in anchors(target), (target, section)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"`([\w./-]+/[\w-]+\.(?:py|md|json|sh|mjs))`", without_blocks(page)))
    for path in named:
        assert (ROOT / path).exists() or (page.parent / path).exists(), path


def test_the_index_lists_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {target.resolve() for target, _ in links(index)}
    assert {page.resolve() for page in PAGES if page.is_relative_to(ROOT / "docs")} <= {*listed, index.resolve()}


def test_the_guarantees_are_those_that_the_audit_checks() -> None:
    rows = re.findall(r"^\| \*\*(G\d)\*\* \| (.*) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {name: sentence.replace("`", "") for name, sentence in rows} == GUARANTEES


def test_the_targets_are_those_that_the_benchmarks_print() -> None:
    rows = (ROOT / "docs" / "performance.md").read_text()
    assert not [target.title for target in TARGETS if f"\n| {target.title} | {target.wanted()} |" not in rows]


def test_what_goes_along_with_a_replay_is_named() -> None:
    [sentence] = re.findall(r"The headers ([^;]*) go along;", (ROOT / "docs" / "parking.md").read_text())
    assert set(re.findall(r"`([\w-]+)`", sentence)) == set(CARRIED)


def test_every_collection_has_its_place_on_shards() -> None:
    used = re.findall(r'collection\("(\w+)"\)', (ROOT / "storage" / "mongo" / "store.py").read_text())
    section = (ROOT / "docs" / "scaling.md").read_text().partition("## A sharded MongoDB")[2]
    placed = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)))
    assert sorted(placed) == sorted(set(used))
