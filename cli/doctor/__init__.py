"""What `cart doctor` checks, with one finding each."""

from cli.doctor.finding import Finding

__all__ = ["Finding"]
