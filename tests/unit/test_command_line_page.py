"""`docs/command-line.md` names all that `cart` understands."""

from collections.abc import Iterator
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from cli.app import app
from cli.schema.command_line import command_line

PAGE = command_line(app)


def sections() -> dict[str, str]:
    """What the page says of each command."""
    return {path: text for path, _, text in (each.partition("\n") for each in PAGE.split("\n## ")[1:])}


def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All commands that do something by themselves; a group may be one."""
    for name, command in group.commands.items():
        if not isinstance(command, TyperGroup) or command.invoke_without_command:
            yield f"{path} {name}", command
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{path} {name}")


def test_every_command_is_on_the_page_with_every_name_of_its_options() -> None:
    shown = {path: command for path, command in commands(get_command(app), "cart") if not command.hidden}
    told = sections()
    assert shown.keys() == told.keys()
    assert {"cart partitions", "cart partitions set"} <= told.keys()
    for path, command in shown.items():
        for parameter in command.params:
            names = [*parameter.opts, *parameter.secondary_opts] if parameter.param_type_name == "option" else []
            assert parameter.hidden or not [name for name in names if name not in told[path]]


def test_a_flag_that_can_be_switched_off_says_which_counts() -> None:
    told = sections()["cart partitions set"]
    assert "| `--wait, --no-wait` | Wait until the change is done. Default: `--wait`. |" in told
