"""A cart command sees the catalog commands of its tenant that came before it, and waits for no later ones."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from support.deliveries import command_delivery, read
from support.records import START
from workers.consume.lanes import Lanes, Taken
from workers.consume.volume import Volume
from workers.consume.work import LaneKey, Work

PLENTY = 10**9
TAX = {"id": "fr", "country": "FR", "category": "standard", "rate": "20"}


def work(kind: str, name: str, tenant: str = "acme") -> Work:
    """A command whose id is its name; one for a catalog is of no cart."""
    made = (
        read(command_delivery("upsert-taxes", None, {"taxes": [TAX]}, message_id=name), START)
        if kind == "catalog"
        else read(command_delivery("empty-cart", kind, {}, message_id=name), START)
    )
    return replace(made, command=replace(made.command, tenant=tenant))


def names(group: list[Taken]) -> list[str]:
    return [each.command.id for taken in group for each in taken.works]


async def take(lanes: Lanes) -> list[Taken]:
    return await lanes.take(100, PLENTY)


async def test_what_came_before_is_not_waited_for_and_what_comes_after_waits() -> None:
    lanes = Lanes()
    for kind, name in (("c-1", "before"), ("catalog", "prices"), ("c-2", "after"), ("c-1", "after-too")):
        lanes.put(work(kind, name))
    taken = await take(lanes)
    assert sorted(names(taken)) == ["before", "prices"]
    lanes.release(LaneKey("cart", "acme", "c-1"))
    lanes.release(LaneKey("catalog", "acme", ""))
    assert sorted(names(await take(lanes))) == ["after", "after-too"]


async def test_another_tenant_does_not_wait() -> None:
    lanes = Lanes()
    lanes.put(work("catalog", "prices"))
    lanes.put(work("c-1", "own"))
    lanes.put(work("c-1", "other", "globex"))
    assert sorted(names(await take(lanes))) == ["other", "prices"]


async def test_nobody_waits_for_a_catalog_command_that_came_later() -> None:
    lanes = Lanes()
    lanes.put(work("catalog", "one"))
    lanes.put(work("c-1", "between"))
    assert names(await lanes.take(1, PLENTY)) == ["one"]
    lanes.put(work("catalog", "two"))
    lanes.put(work("c-2", "behind"))
    lanes.release(LaneKey("catalog", "acme", ""))
    assert sorted(names(await take(lanes))) == ["between", "two"]
    lanes.release(LaneKey("catalog", "acme", ""))
    assert names(await take(lanes)) == ["behind"]


async def test_what_is_withdrawn_is_waited_for_no_more_and_comes_no_more() -> None:
    pauses = []
    lanes = Lanes(Volume(4, lambda: pauses.append("full"), lambda: pauses.append("room")))
    works = [work("catalog", "prices"), work("c-1", "gone"), work("c-2", "stays")]
    for each in works:
        lanes.put(each)
    assert lanes.withdraw(lambda each: each.command.id in ("prices", "gone")) == 2
    assert len(lanes) == lanes.of_tenant("acme") == 1
    assert names(await take(lanes)) == ["stays"]
    assert pauses[-1] == "room"
    lanes.release(LaneKey("cart", "acme", "c-2"))
    await lanes.idle()


class Desk:
    """Lanes that are put into, taken from and released in any order."""

    def __init__(self, at_once: int) -> None:
        self.lanes, self.at_once = Lanes(), at_once
        self.put: list[tuple[str, str]] = []
        self.taken: list[str] = []
        self.ended: set[str] = set()
        self.under_way: list[Taken] = []

    def send(self, kind: str) -> None:
        self.put.append((kind, f"m-{len(self.put)}"))
        self.lanes.put(work(*self.put[-1]))

    async def take(self) -> None:
        if self.lanes._interactive:
            group = await self.lanes.take(self.at_once, PLENTY)
            for name in names(group):
                assert self.before(name) <= self.ended
            self.taken += names(group)
            self.under_way += group

    def before(self, name: str) -> set[str]:
        """The catalog commands that a command has to see; none for one of the catalog, which has its own lane."""
        place = [each for _, each in self.put].index(name)
        kind = self.put[place][0]
        return set() if kind == "catalog" else {each for kind, each in self.put[:place] if kind == "catalog"}

    def release(self) -> None:
        if self.under_way:
            taken = self.under_way.pop(0)
            self.ended.update(names([taken]))
            self.lanes.release(taken.lane)

    def of(self, kind: str, order: list[str]) -> list[str]:
        return [name for name in order if (kind, name) in self.put]


KINDS = ("catalog", "c-1", "c-2")


@given(st.lists(st.sampled_from([*KINDS, "take", "release"]), max_size=40), st.integers(1, 3))
async def test_each_is_taken_once_in_order_behind_all_that_it_has_to_see(steps: list[str], at_once: int) -> None:
    desk = Desk(at_once)
    for step in steps:
        if step == "take":
            await desk.take()
        elif step == "release":
            desk.release()
        else:
            desk.send(step)
    while len(desk.ended) < len(desk.put):
        await desk.take()
        desk.release()
    sent = [name for _, name in desk.put]
    assert sorted(desk.taken) == sorted(sent)
    assert [desk.of(kind, desk.taken) for kind in KINDS] == [desk.of(kind, sent) for kind in KINDS]
    await desk.lanes.idle()
