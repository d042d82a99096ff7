"""What a stack refuses, in words for the person who has to act on it."""


class StackError(RuntimeError):
    """The servers cannot be found, started, or asked for this."""
