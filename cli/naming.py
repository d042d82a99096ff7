"""A command of `cart` that doesn't exist: the message names one that is near, if any is, and lists all."""

from typing import Any

from typer.core import TyperGroup

from cartwright.wire.nearness import suggestion


class Commands(TyperGroup):
    """The group of all commands."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names; ends with wrong usage if there is none."""
        name = args[0] if args else ""
        if args and not name.startswith("-") and self.get_command(ctx, name) is None:
            known = self.list_commands(ctx)
            ctx.fail(f"There is no command {name}.{suggestion(name, known)} There are {', '.join(known)}.")
        return super().resolve_command(ctx, args)
