"""`cart topology`: what a worker declares, under the settings of this environment."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from cli.servers import settings_or_exit, warn_of_unknown_variables
from workers.broker.topology import Binding, Topology


def show_topology(*, as_json: bool) -> None:
    """Print exchanges and queues."""
    warn_of_unknown_variables()
    described = _described(Topology(settings_or_exit()))
    if as_json:
        typer.echo(json.dumps(described, indent=2))
        return
    console = Console()
    for title in ("exchanges", "queues"):
        table = Table(title=title, title_justify="left")
        for heading in ("name", "type", "arguments", "bound to"):
            table.add_column(heading, overflow="fold")
        for row in described[title]:
            table.add_row(row["name"], row["type"], _arguments(row["arguments"]), _bindings(row["bindings"]))
        console.print(table)


def _described(topology: Topology) -> dict[str, list[dict[str, Any]]]:
    """The topology as data, for people and scripts."""
    return {
        "exchanges": [
            {"name": each.name, "type": each.kind, "arguments": each.arguments, "bindings": _bound(each.bindings)}
            for each in topology.exchanges()
        ],
        "queues": [
            {
                "name": each.name,
                "type": "quorum" if each.quorum else "classic",
                "arguments": each.arguments,
                "bindings": _bound(each.bindings),
            }
            for each in topology.queues()
        ],
    }


def _bound(bindings: Iterable[Binding]) -> list[dict[str, str]]:
    return [{"exchange": each.exchange, "routingKey": each.routing_key} for each in bindings]


def _arguments(arguments: Mapping[str, object]) -> str:
    return "\n".join(f"{name}={value}" for name, value in arguments.items())


def _bindings(bindings: list[Mapping[str, str]]) -> str:
    return "\n".join(f"{each['exchange']} {each['routingKey']}" for each in bindings)
