"""Tokens that tell deliveries apart: drawn many at a time, and never twice, whatever process draws them."""

import os

from workers.consume.delivery_tokens import new_token

MANY = 600
"""More than are drawn at once."""


def test_no_token_comes_twice() -> None:
    tokens = {new_token() for _ in range(MANY)}
    assert (len(tokens), {len(each) for each in tokens}) == (MANY, {14})


def test_a_forked_process_does_not_draw_what_its_parent_will() -> None:
    new_token()  # from here on some are left
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, b"".join(new_token() for _ in range(10)))
        os._exit(0)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as pipe:
        os.close(writer)
        drawn = pipe.read()
    theirs = {drawn[start : start + 14] for start in range(0, len(drawn), 14)}
    assert len(theirs) == 10
    assert theirs.isdisjoint(new_token() for _ in range(MANY))
