"""Which of some names was probably meant by one that is none of them; nothing, unless one is near.

A name is near if it is the same but for case and separators, has the same words in another order, differs by few
letters, is written out what the given one shortens (`qty`, `quantity`), or is a part of it (`itemQuantity`,
`quantity`). The last two count only for one name, and names that begin with it: of others nobody can tell which was
meant.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 40
"""Letters of a name that are looked at; longer ones are near to nothing."""
SHORTEST = 3
"""Letters from which on a name is near to another one."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class _Known:
    """A name in the forms in which it is compared: its letters, how many there are of each, and its words."""

    name: str
    letters: str
    count: Counter[str]
    words: frozenset[str]

    @classmethod
    def of(cls, name: str) -> "_Known":
        letters = "".join(filter(str.isalnum, name)).casefold()
        return cls(name, letters, Counter(letters), frozenset(word.casefold() for word in _WORD.findall(name)))


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The name that is near to the given one, the first of several that are equally near; None if none is."""
    if len(given) > LONGEST:
        return None
    asked = _Known.of(given)
    if len(asked.letters) < SHORTEST:
        return None
    names = _known(tuple(known))
    same = (each.name for each in names if each.letters == asked.letters or each.words == asked.words)
    return next(same, None) or _few_letters_off(asked, names) or _alone(asked, names)


def suggestion(given: str, known: Iterable[str]) -> str:
    """A question after what was probably meant, with a space before it; empty if nothing is near."""
    found = nearest(given, known)
    return f" Did you mean {found}?" if found is not None else ""


@lru_cache(maxsize=256)
def _known(names: tuple[str, ...]) -> tuple[_Known, ...]:
    return tuple(map(_Known.of, names))


def _few_letters_off(asked: _Known, names: Iterable[_Known]) -> str | None:
    """The name that takes the fewest letters to correct: one in a short name, two or three in longer ones."""
    length = len(asked.letters)
    most = 1 if length <= 5 else 2 if length <= 9 else 3
    found, best = None, most + 1
    for each in names:
        if abs(len(each.letters) - length) < best and (asked.count - each.count).total() < best:
            distance = _distance(asked.letters, each.letters, best - 1)
            if distance < best:
                found, best = each.name, distance
    return found


def _alone(asked: _Known, names: Iterable[_Known]) -> str | None:
    """The one name that the given one shortens, with nothing behind it, or the one that is a part of it."""
    first = asked.letters[0]
    shortened = [each.name for each in names if each.letters[:1] == first and _shortens(asked.letters, each.letters)]
    if shortened:
        short = min(shortened, key=len)
        return short if all(name.startswith(short) for name in shortened) else None
    parts = [each.name for each in names if each.words and each.words <= asked.words]
    return parts[0] if len(parts) == 1 else None


def _shortens(short: str, long: str) -> bool:
    """Whether the letters of one are in the other in the same order."""
    rest = iter(long)
    return all(letter in rest for letter in short)


def _distance(one: str, other: str, most: int) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    earlier: list[int] = []
    before = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for column, counterpart in enumerate(other, 1):
            cost = min(before[column] + 1, here[-1] + 1, before[column - 1] + (letter != counterpart))
            swapped = row > 1 and column > 1 and letter == other[column - 2] and counterpart == one[row - 2]
            here.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
        if min(here) > most:
            return most + 1
        earlier, before = before, here
    return before[-1]
