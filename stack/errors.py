"""Errors of a stack, worded for the person who has to act on them."""


class StackError(RuntimeError):
    """The servers cannot be found, started, or asked for this."""
