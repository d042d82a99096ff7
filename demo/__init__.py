"""`cart demo`: a day in a shop, on real servers, with an audit at its end."""

from demo.stage.play import run_demo

__all__ = ["run_demo"]
