"""Cores of their own: broker, database and load generator on some, the systems on the others.

On one machine all of them compete for the same cores, so what a second worker is worth can't be seen. Kept apart, a
system has its cores to itself, and the servers can't get more than theirs.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores of the servers and the generator, and those of the systems, by their numbers."""

    servers: tuple[int, ...]
    systems: tuple[int, ...]


def allowed_cores() -> frozenset[int]:
    """The cores that this process may use; raises ValueError where the system can't tell."""
    if not hasattr(os, "sched_getaffinity"):
        raise ValueError("only Linux keeps a process to some cores")
    return frozenset(os.sched_getaffinity(0))


def split(allowed: Collection[int]) -> Cores:
    """The lower half of the cores for the servers, the rest for the systems; raises ValueError if there is just one."""
    numbers = tuple(sorted(allowed))
    if len(numbers) < 2:
        raise ValueError("two cores are needed, one for the servers and one for the systems")
    return Cores(numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :])


@contextmanager
def kept_to(cores: Collection[int] | None) -> Iterator[None]:
    """Keep this thread, and what it starts meanwhile, to these cores; None: to none in particular."""
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
