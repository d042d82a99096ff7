"""What a database leaves unsaid about a commit is read back."""

from collections.abc import Sequence

import pytest

from storage.memory.carts import MemoryCarts
from storage.records import CartWrite, StorageUnavailable, WriteResult
from support.records import full_cart, stored
from workers.execute import read_back
from workers.execute.read_back import commit_for_certain

WRITES = [CartWrite(0, stored(full_cart(name))) for name in ("c-1", "c-2")]


class Silent(MemoryCarts):
    """Carts that write the first so many, and never say so; `deaf` reads fail before one succeeds."""

    def __init__(self, written: int, deaf: int) -> None:
        super().__init__()
        self._written = written
        self._deaf = deaf

    async def commit(self, writes: Sequence[CartWrite]) -> list[WriteResult]:
        await super().commit(writes[: self._written])
        raise StorageUnavailable("no answer")

    async def load(self, keys):  # type: ignore[no-untyped-def]
        self._deaf -= 1
        if self._deaf >= 0:
            raise StorageUnavailable("no answer")
        return await super().load(keys)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_back, "PAUSES", (0.0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("written", "results"),
    [
        (0, [WriteResult.CONFLICT, WriteResult.CONFLICT]),
        (1, [WriteResult.COMMITTED, WriteResult.CONFLICT]),
        (2, [WriteResult.COMMITTED, WriteResult.COMMITTED]),
    ],
)
async def test_each_write_is_told_apart(written: int, results: list[WriteResult]) -> None:
    assert await commit_for_certain(Silent(written, deaf=2), WRITES) == results


async def test_a_cart_that_somebody_else_wrote_is_a_conflict() -> None:
    carts = Silent(0, deaf=0)
    await MemoryCarts.commit(carts, [CartWrite(0, stored(full_cart("c-1"), run="another"))])
    assert (await commit_for_certain(carts, WRITES))[0] is WriteResult.CONFLICT


async def test_a_database_that_stays_silent_leaves_it_unknown() -> None:
    with pytest.raises(StorageUnavailable):
        await commit_for_certain(Silent(2, deaf=3), WRITES)
