#!/usr/bin/env bash
# pydantic 2.14.3: `model_construct`, the way to build a model without validation, calls `inspect.signature` for every
# field that has a `default_factory` and is not given, each time anew. For `list`, CPython reads the signature from a
# text and copies `sys.modules` for that, so a model with three empty lists costs the more, the more modules a program
# has imported: in a worker with 2,000 modules 0.8 ms, three hundred times a copy of the same model. Validation of the
# same model asks nothing, for its validator knows since the class was made.
# Seen:
#   signatures asked by model_construct, again, by model_validate, by model_copy: 3, 3, 0, 0
#   model_construct: 408 µs, with 3,000 further modules 757; model_validate 1.0, model_copy 1.6
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "pydantic==2.14.3"
"$folder/venv/bin/python" - <<'PROGRAM'
import inspect
import sys
import timeit
import types

import pydantic


class Tax(pydantic.BaseModel):
    id: str
    exemptions: list[str] = pydantic.Field(default_factory=list)
    replaces: list[str] = pydantic.Field(default_factory=list)
    on_top_of: list[str] = pydantic.Field(default_factory=list)


def asked(build):
    calls = 0

    def count(frame, event, _argument):
        nonlocal calls
        calls += event == "call" and frame.f_code is inspect.signature.__code__

    sys.setprofile(count)
    build()
    sys.setprofile(None)
    return calls


def microseconds(build):
    return min(timeit.repeat(build, number=500, repeat=5)) / 500 * 1e6


def construct():
    return Tax.model_construct(id="vat")


def validate():
    return Tax.model_validate({"id": "vat"})


known = construct()


def copy():
    return known.model_copy(update={"id": "vat"})


counts = [asked(construct), asked(construct), asked(validate), asked(copy)]
print(
    f"pydantic {pydantic.VERSION}; signatures asked by model_construct, again, by model_validate, by model_copy:",
    ", ".join(map(str, counts)),
)
few = microseconds(construct)
for number in range(3000):
    sys.modules[f"one_of_many_{number}"] = types.ModuleType(f"one_of_many_{number}")
many = microseconds(construct)
print(
    f"model_construct: {few:.0f} µs, with 3,000 further modules {many:.0f};",
    f"model_validate {microseconds(validate):.1f}, model_copy {microseconds(copy):.1f}",
)
assert counts == [3, 3, 0, 0], counts
assert many > 1.2 * few, (few, many)
assert many > 20 * microseconds(copy)
PROGRAM
