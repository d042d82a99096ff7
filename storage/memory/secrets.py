"""The in-memory twin of the secrets."""


class MemorySecrets:
    """`Secrets` in a dictionary."""

    def __init__(self) -> None:
        self.secrets: dict[str, bytes] = {}

    async def keep(self, name: str, proposed: bytes) -> bytes:
        """Keep the first."""
        return self.secrets.setdefault(name, proposed)
