"""A stack that stays: its folder, and the file in it that tells its addresses and its processes."""

import json
from pathlib import Path

from stack.guard import marked
from stack.stack import Stack


def stack_folder() -> Path:
    """The folder of the stack that stays here."""
    return Path.cwd() / ".stack"


def keep_state(stack: Stack) -> dict[str, str]:
    """Write down that this stack is up; returns its addresses, by the names of the variables that tell them."""
    addresses = {"CART_AMQP_URL": stack.amqp_url, "CART_MONGO_URL": stack.mongo_url}
    if stack.management_url is not None:
        addresses["CART_MANAGEMENT_URL"] = stack.management_url
    _file().write_text(json.dumps({"addresses": addresses, "processes": stack.processes}))
    return addresses


def left_running() -> dict[str, str] | None:
    """The addresses of the stack here, if all of its processes are still there."""
    try:
        state = json.loads(_file().read_text())
    except FileNotFoundError:
        return None
    addresses: dict[str, str] = state["addresses"]
    return addresses if set(state["processes"]) <= set(marked(stack_folder())) else None


def _file() -> Path:
    return stack_folder() / "state.json"
