"""What `cart doctor` looks at, one finding each."""

from cartwright.cli.checkup.finding import Finding

__all__ = ["Finding"]
