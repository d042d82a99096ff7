"""`docs/command-line.md`: every command of `cart` with its arguments and options, as `cli/app.py` declares them."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

from typer import Typer
from typer.core import TyperGroup
from typer.main import get_command

_HEAD = """# The command line

Every command of `cart` with its arguments and options. `cart schema` generates this page from `cli/`;
`cart COMMAND --help` says the same. How to look into carts and load a catalog, with examples:
[looking-into-carts.md](looking-into-carts.md).

Servers come from `CART_AMQP_URL` and `CART_MONGO_URL`, else from `make stack-up` in this folder. `--json` prints what a
program can read; refusals too. A command that doesn't exist is told with one that is near, if any is.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | refused, or a check failed |
| 2 | wrong usage, or a file that can't be read |
| 3 | broker or database unreachable |
| 4 | no answer in time; whether a command was applied is not known |
"""
_NO_DEFAULTS: tuple[object, ...] = (None, False, (), [])


def command_line(app: Typer) -> str:
    """The page about the commands of an app."""
    return "\n".join((_HEAD, *_commands(get_command(app), "cart")))


def _commands(group: Any, path: str) -> Iterator[str]:
    """The commands of a group, and those of the groups in it, in the order in which `--help` lists them."""
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            if command.invoke_without_command:
                yield from _command(f"{path} {name}", command)
            yield from _commands(command, f"{path} {name}")
        elif not command.hidden:
            yield from _command(f"{path} {name}", command)


def _command(path: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    usage = " ".join([path, *map(_argument, arguments)])
    yield f"## {path}\n\n{command.help}\n\n```text\n{usage}{' [OPTIONS]' if options else ''}\n```\n"
    if command.params:
        yield "| | |\n| --- | --- |"
        for each in arguments:
            yield f"| `{_argument(each)}` | {_cell(each.help)} |"
        for each in options:
            yield f"| `{_option(each)}` | {_cell(each.help)}{_default(each)} |"
        yield ""


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _option(parameter: Any) -> str:
    value = f" {parameter.metavar}" if parameter.metavar else "" if parameter.is_flag else " …"
    return ", ".join([*parameter.opts, *parameter.secondary_opts]) + value


def _default(parameter: Any) -> str:
    """What counts if it is not given, and the variable that may give it."""
    default = parameter.default.value if isinstance(parameter.default, Enum) else parameter.default
    if parameter.param_type_name == "option" and parameter.secondary_opts:
        default = (parameter.opts if default else parameter.secondary_opts)[0]
    told = "" if default in _NO_DEFAULTS or callable(default) else f" Default: `{default}`."
    return f"{told} From `{parameter.envvar}`." if parameter.envvar else told


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
