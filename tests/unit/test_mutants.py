"""The catalogue of mutants doesn't rot: what they change is there, what they make of it is code, their tests exist."""

import subprocess
import sys

import pytest

from mutants.catalogue import ROOT, Mutant, load

MUTANTS = load()


def test_there_are_enough_and_no_two_are_called_the_same() -> None:
    assert len(MUTANTS) >= 25
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_it_can_be_planted(mutant: Mutant) -> None:
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    mutated = mutant.mutated(source)
    assert mutated != source
    compile(mutated, mutant.file, "exec")


def test_their_tests_exist() -> None:
    tests = sorted({test for mutant in MUTANTS for test in mutant.tests})
    collecting = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(collecting, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
