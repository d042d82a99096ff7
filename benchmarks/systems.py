"""The systems under test."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.golang import GO_PROGRAM

NEST = Path(__file__).parent / "peers" / "nest"
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class System:
    """One way to do the work: `envelope` puts a command's type and body into the form that it expects."""

    name: str
    title: str
    command: tuple[str, ...]
    envelope: Callable[[str, bytes], bytes] = lambda _kind, body: body


def _nest_packet(kind: str, body: bytes) -> bytes:
    """A message as NestJS's own client sends it; the id makes it a request."""
    return orjson.dumps({"pattern": kind, "data": orjson.Fragment(body), "id": "1"})


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"benchmarks.peers.{module}")


CARTWRIGHT = System("cartwright", "Cartwright", _python("cartwright_worker"))
FASTSTREAM = System("faststream", "(a) FastStream + Motor", _python("faststream_motor"))
AIO_PIKA = System("aio-pika", "(b) aio-pika + PyMongo", _python("aio_pika_pymongo"))
NESTJS = System("nestjs", "(c) NestJS + Mongoose", ("node", str(NEST / "dist" / "main.js")), _nest_packet)
FLOOR = System("floor", "(d) floor: broker only", _python("floor"))
EXECUTION = System("execution", "(e) pure execution", ())
GO = System("go", "(f) Go: amqp091-go + MongoDB driver", (str(GO_PROGRAM),))
SYSTEMS = (CARTWRIGHT, FASTSTREAM, AIO_PIKA, NESTJS, FLOOR, EXECUTION, GO)
