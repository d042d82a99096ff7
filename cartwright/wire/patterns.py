"""Patterns of texts, each with what it asks for in words: documents show both, refusals only the words."""

from typing import Any

from pydantic import Field

_WORDS: dict[str, str] = {}


def pattern(expression: str, words: str, **constraints: Any) -> Any:
    """A field whose text matches a regular expression; `words` end the sentence "Input should be …"."""
    _WORDS[expression] = words
    return Field(pattern=expression, description=words, **constraints)


def in_words(expression: str) -> str:
    """What a pattern asks for; of one that was declared without words, that it has another form."""
    return _WORDS.get(expression, "of another form")
