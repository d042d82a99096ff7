"""Discounts that count units: some are free after some bought."""


def free_units(quantity: int, buy: int, get: int, most: int | None = None, *, part: bool = False) -> int:
    """How many of `quantity` units are free if every `buy` bring `get`.

    Those of whole sets, of so many at most (Medusa: nothing is free unless all of a set can be); `part`: also those of
    a last set that is not whole.
    """
    sets, rest = divmod(quantity, buy + get)
    if most is not None and sets >= most:
        return most * get
    return sets * get + (max(rest - buy, 0) if part else 0)
