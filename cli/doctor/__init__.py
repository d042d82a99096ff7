"""What `cart doctor` looks at, one finding each."""

from cli.doctor.finding import Finding

__all__ = ["Finding"]
