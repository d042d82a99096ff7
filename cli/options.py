"""Options that many commands have."""

from typing import Annotated

import typer

Tenant = Annotated[str, typer.Option(envvar="CART_TENANT", help="The tenant whose carts are meant.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Timeout = Annotated[float, typer.Option(help="Seconds to wait for the reply.", min=0.001)]
