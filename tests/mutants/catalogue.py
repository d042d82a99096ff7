"""The catalogue of planted bugs: each breaks a guarantee, and is caught by the fastest test that can see it.

The entries stand in the `.toml` files beside this one. `old` occurs once in `file`; `new` takes its place.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class StaleError(ValueError):
    """The code that a mutant changes is not there, or not just once."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One planted bug: what it breaks, where, how, and the tests that are to fail over it."""

    name: str
    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def mutated(self, source: str) -> str:
        """The source with the bug; raises `StaleError` unless the old text occurs exactly once."""
        count = source.count(self.old)
        if count != 1:
            raise StaleError(f"the old text occurs {count} times in {self.file}")
        return source.replace(self.old, self.new)


def load(folder: Path = Path(__file__).parent) -> list[Mutant]:
    """All mutants, in the order of the files' names and of the entries in them."""
    return [
        Mutant(
            each["name"],
            each["breaks"],
            each["file"],
            each["old"].strip("\n"),
            each["new"].strip("\n"),
            tuple(each["tests"]),
        )
        for path in sorted(folder.glob("*.toml"))
        for each in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    ]
