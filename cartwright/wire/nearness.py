"""Which of some names was probably meant by one that is none of them; nothing, unless one is near.

A name is near if it is the same but for case and separators, has the same words in another order, differs by few
letters, is written out what the given one shortens (`qty`, `quantity`), or is a part of it (`itemQuantity`,
`quantity`). The last two count only for one name, and names that begin with it: of others nobody can tell which was
meant.
"""

import re
from collections.abc import Iterable

LONGEST = 40
"""Letters of a name that are looked at; longer ones are near to nothing."""
SHORTEST = 3
"""Letters from which on a name is near to another one."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")


def nearest(given: str, known: Iterable[str]) -> str | None:
    """The name that is near to the given one, the first of several that are equally near; None if none is."""
    letters = _letters(given)
    if not len(letters) >= SHORTEST or len(given) > LONGEST:
        return None
    names = {name: _letters(name) for name in known}
    words = sorted(_words(given))
    same = [name for name, own in names.items() if own == letters or sorted(_words(name)) == words]
    return next(iter(same), None) or _few_letters_off(letters, names) or _alone(given, letters, names)


def suggestion(given: str, known: Iterable[str]) -> str:
    """A question after what was probably meant, with a space before it; empty if nothing is near."""
    found = nearest(given, known)
    return f" Did you mean {found}?" if found is not None else ""


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold()


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(name)]


def _few_letters_off(letters: str, names: dict[str, str]) -> str | None:
    """The name that takes the fewest letters to correct: one in a short name, two or three in longer ones."""
    most = 1 if len(letters) <= 5 else 2 if len(letters) <= 9 else 3
    found = [(distance, name) for name, own in names.items() if (distance := _distance(letters, own, most)) <= most]
    return min(found, key=lambda each: each[0])[1] if found else None


def _alone(given: str, letters: str, names: dict[str, str]) -> str | None:
    """The one name that the given one shortens, with nothing behind it, or the one that is a part of it."""
    shortened = [name for name, own in names.items() if own[:1] == letters[0] and _shortens(letters, own)]
    if shortened:
        short = min(shortened, key=len)
        return short if all(name.startswith(short) for name in shortened) else None
    words = set(_words(given))
    parts = [name for name in names if (own := set(_words(name))) and own <= words]
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
