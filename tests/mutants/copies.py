"""Copies of the tree in which tests run, and how such a run went."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp

from catalogue import ROOT, Mutant
from witness import WITNESS

TEST_SECONDS = 20
"""A test that takes so long under a mutant has noticed it."""
RUN_SECONDS = 90
SLOW_SECONDS = 600


class Ending(StrEnum):
    """How a run of tests went."""

    PASSED = "passed"
    FAILED = "failed"
    HUNG = "hung"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of tests: how it went, why, and which files of the copy it imported."""

    ending: Ending
    reason: str
    imported: frozenset[Path] = frozenset()


class Copy:
    """A copy of everything that is, or could be, in the repository; `environment` is that of its tests."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.root = folder.resolve()
        self._environment = environment
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            source, target = ROOT / name, self.root / name
            if source.is_symlink() or source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)

    @contextmanager
    def with_bug(self, mutant: Mutant, number: int) -> Iterator[None]:
        """Have the mutant's bug in the copy; raises `StaleError`, and `SyntaxError` if it is no code."""
        path = self.root / mutant.file
        source, modified = path.read_text(encoding="utf-8"), path.stat().st_mtime
        mutated = mutant.mutated(source)
        compile(mutated, mutant.file, "exec")
        try:
            path.write_text(mutated, encoding="utf-8")
            # Compiled files are kept by size and time: no two versions of a file have the same time.
            os.utime(path, (modified, modified + 10_000 + number))
            yield
        finally:
            path.write_text(source, encoding="utf-8")
            os.utime(path, (modified, modified))

    def run(self, tests: Sequence[str], seconds: int = RUN_SECONDS) -> Run:
        """Run tests on the copy's code until one fails, with this process's interpreter, for so long at most."""
        witness = self.root / "witness.json"
        witness.unlink(missing_ok=True)
        options = ["-x", "-q", "-rfE", "-p", "mutants.witness", "-p", "no:cacheprovider", f"--timeout={TEST_SECONDS}"]
        path = os.pathsep.join(str(self.root / each) for each in ("", "tests"))
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *tests],
                cwd=self.root,
                env={**self._environment, "PYTHONPATH": path, "COLUMNS": "200", WITNESS: str(witness)},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Run(Ending.HUNG, f"no end after {seconds} s")
        if done.returncode not in (0, 1) or not witness.exists():
            return Run(Ending.BROKEN, f"pytest ends with {done.returncode}: {(done.stdout + done.stderr)[-1000:]}")
        files = [Path(each) for each in json.loads(witness.read_text())]
        if strangers := [each for each in files if self._is_strange(each)]:
            return Run(Ending.BROKEN, f"{strangers[0]} is not the copy's")
        imported = frozenset(each.relative_to(self.root) for each in files if each.is_relative_to(self.root))
        if done.returncode == 0:
            return Run(Ending.PASSED, "", imported)
        ending = Ending.HUNG if "Timeout (>" in done.stdout else Ending.FAILED
        return Run(ending, _why(done.stdout), imported)

    def _is_strange(self, path: Path) -> bool:
        """Whether a file is the original's; the environment, which both share, may lie within it."""
        return path.is_relative_to(ROOT) and not path.is_relative_to(Path(sys.prefix).resolve())


@contextmanager
def copied(environment: Mapping[str, str]) -> Iterator[Copy]:
    """A copy that is gone afterwards."""
    folder = Path(mkdtemp(prefix="mutants-"))
    try:
        yield Copy(folder, environment)
    finally:
        shutil.rmtree(folder)


def _why(output: str) -> str:
    """What pytest says of the first failure, in short."""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0].partition(" - ")[2] or lines[0] if lines else ""
