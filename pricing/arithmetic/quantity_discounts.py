"""Discounts that count units: some are free after some bought."""


def buy_get(unit: int, quantity: int, buy: int, get: int) -> int:
    """Buy `buy`, get `get` of the same free: the discount on `quantity` units at `unit` minor units.

    Only whole sets count (Medusa: nothing is free unless all of it can be).
    """
    return free_units(quantity, buy, get) * unit


def free_units(quantity: int, buy: int, get: int) -> int:
    """How many of `quantity` units are free if every `buy` bring `get`: those of whole sets."""
    return quantity // (buy + get) * get
