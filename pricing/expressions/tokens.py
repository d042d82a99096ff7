"""The words of an expression in CEL."""

import re

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<comment>//[^\n]*)|"""
    r"""(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)|"""
    r"""(?P<name>[A-Za-z_]\w*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>&&|\|\||[<>=!]=|[^\s])""",
    re.DOTALL,
)


class UnboundedError(ValueError):
    """An expression that is not tried: `code` is stable, the text is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def tokens(expression: str) -> list[re.Match[str]]:
    """The words in order, without comments; the group that matched says what kind each is."""
    return [match for match in _TOKEN.finditer(expression) if match.lastgroup != "comment"]
