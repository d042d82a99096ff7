"""Layouts of partitions in memory."""

from storage.layout import Layout


class MemoryLayouts:
    """`Layouts` in a dictionary."""

    def __init__(self) -> None:
        self.layouts: dict[str, Layout] = {}

    async def read(self, prefix: str) -> Layout | None:
        """By the prefix."""
        return self.layouts.get(prefix)

    async def write(self, prefix: str, layout: Layout) -> bool:
        """Compare the revision and set."""
        before = self.layouts.get(prefix)
        if layout.revision != (before.revision if before is not None else 0) + 1:
            return False
        self.layouts[prefix] = layout
        return True
