"""The day, hour by hour: who does what to the shop's carts."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from cartwright import CartClient
from demo.actors.customer import Customer
from demo.actors.mischief import make_mischief
from demo.actors.rehearsal import conjure, rehearse
from demo.actors.repricing import raise_prices, reprice, stock
from demo.actors.senders import Orchestrator, Sender, Service
from demo.record import Command, Record, Sending
from demo.stage.fleet import Fleet
from demo.stage.screen import Screen
from demo.stage.telling import tell
from demo.wire import Wire

Deed = Callable[[Customer], Awaitable[object]]
_NEWS_EVERY = 23
_AT_ONCE = 64
"""Carts that are repriced at the same time."""
_SETTLE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of the day: carts, and roughly the seconds over which customers' commands are spread."""

    carts: int = 300
    seconds: float = 30.0


@dataclass(slots=True)
class Day:
    """All participants. Two customers in three use the orchestrator, the third calls the service."""

    plan: Plan
    record: Record
    screen: Screen
    fleet: Fleet
    wire: Wire
    client: CartClient
    handovers: list[float] = field(default_factory=list)
    repriced_per_second: float = 0.0
    customers: list[Customer] = field(default_factory=list)

    async def open_shop(self) -> None:
        """Put the catalog in place."""
        orchestrator = Orchestrator(self.wire)
        service = Service(self.client, self.record)
        await stock(service)
        self.screen.tell("shop", "the catalog is there: offerings, prices, taxes, a promotion")
        for number in range(self.plan.carts):
            sender: Sender = service if number % 3 == 2 else orchestrator
            self.customers.append(Customer(number, sender))

    async def arrive(self) -> None:
        """Open all carts."""
        await self._each(self.customers, self._telling(Customer.arrive), 0.15)

    async def change_minds(self) -> None:
        """More of one thing, then another thing."""
        await self._each(self.customers, self._telling(Customer.want_more), 0.1)
        await self._each(self.customers, self._telling(Customer.add_extra), 0.1)
        await self._each(self.customers, self._telling(Customer.drop_extra), 0.1)

    async def rush_hour(self) -> None:
        """Four quick commands for every cart; a third of the way in, a worker is killed, and later replaced."""
        seconds = 0.25 * self.plan.seconds

        async def rush(customer: Customer) -> Sending:
            return await (customer.use_two_tabs() if isinstance(customer.sender, Service) else customer.hurry())

        rushing = self._each(self.customers, self._telling(rush), 0.25)
        await asyncio.gather(rushing, self._lose_a_worker(seconds / 3))

    async def mischief(self) -> None:
        """Faulty commands to one cart in twenty."""
        victims = self.customers[:: max(1, min(20, self.plan.carts // 2))]

        async def one(victim: Customer) -> None:
            sent = await make_mischief(self.wire, victim)
            for sending in sent[victims.index(victim) :: 7]:
                self.screen.tell("mischief", tell(sending))

        await self._each(victims, one, 0.15)

    async def rehearse(self) -> None:
        """Predictions that must come true, and carts that must not exist."""

        async def one(customer: Customer) -> None:
            dry, real = await rehearse(customer)
            if customer.number % (_NEWS_EVERY // 2) == 0:
                self.screen.tell("rehearsal", tell(dry))
                self.screen.tell("rehearsal", tell(real))

        await self._each(self.customers[1::3], one, 0.1)
        await self._each(self.customers[2::12], conjure, 0.02)

    async def reprice(self) -> None:
        """Change prices, then price all carts as fast as possible."""
        sender = Service(self.client, self.record, "repricer")
        raised = await raise_prices(sender)
        self.screen.tell("repricer", f"new prices: catalog revision {raised.replies[0].get('catalogRevision')}")
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(customer: Customer) -> Sending:
            async with gate:
                return await reprice(sender, customer)

        began = time.monotonic()
        await self._each(self.customers, self._telling(one), 0)
        self.repriced_per_second = len(self.customers) / (time.monotonic() - began)

    async def close_shop(self) -> None:
        """Everybody looks at their cart once more; some empty it, some delete it."""

        async def leave(customer: Customer) -> Sending:
            by_key = {"key": {"name": "salesJourneyId", "value": f"journey-{customer.number}"}}
            await customer.sender.ask(Command("get-cart", data=by_key), "read")
            if customer.number % 3:
                return await customer.sender.ask(Command("get-cart", customer.cart_id), "read")
            kind = "delete-cart" if customer.number % 2 else "empty-cart"
            return await customer.sender.ask(Command(kind, customer.cart_id))

        await self._each(self.customers, self._telling(leave), 0.1)

    async def wait_for_ends(self) -> None:
        """Wait for what is still under way: answers, and the last events of carts that a killed worker wrote."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_SECONDS):
                while self.record.pending or any(self._silent()):  # noqa: ASYNC110 (no message is the last)
                    await asyncio.sleep(0.1)

    def _silent(self) -> Iterator[str]:
        """Carts whose latest known version was not announced yet."""
        announced = self.record.announced
        for sending in self.record.sendings:
            for reply in sending.replies:
                written = reply.get("status") in {"applied", "duplicate"} and "version" in reply
                if written and reply["version"] > announced.get(reply["cartId"], 0):
                    yield str(reply["cartId"])

    async def _lose_a_worker(self, after: float) -> None:
        await asyncio.sleep(after)
        doomed = max(self.fleet.living, key=lambda each: len(each.partitions))
        lost = ", ".join(map(str, sorted(doomed.partitions)))
        self.screen.tell("workers", f"[red]worker {doomed.name} is killed; it had partitions {lost}[/red]")
        began = time.monotonic()
        await doomed.kill()
        if await self.fleet.wait_complete(_SETTLE_SECONDS):
            self.handovers.append(time.monotonic() - began)
            milliseconds = self.handovers[-1] * 1000
            self.screen.tell("workers", f"[green]every partition has an owner after {milliseconds:.0f} ms[/green]")
        await asyncio.sleep(after / 2)
        another = await self.fleet.start()
        self.screen.tell("workers", f"worker {another.name} takes its place and will get its share")

    async def _each(self, customers: Sequence[Customer], deed: Deed, share: float) -> None:
        """Run something for all customers concurrently, started evenly over this share of the day."""
        pause = share * self.plan.seconds / max(1, len(customers))

        async def one(customer: Customer, delay: float) -> None:
            await asyncio.sleep(delay)
            # A customer without an answer gives up; the audit finds what is missing.
            with suppress(TimeoutError):
                await deed(customer)

        await asyncio.gather(*(one(customer, number * pause) for number, customer in enumerate(customers)))

    def _telling(self, deed: Callable[[Customer], Awaitable[Sending]]) -> Deed:
        """The deed, shown on the screen for some customers."""

        async def told(customer: Customer) -> None:
            sending = await deed(customer)
            if customer.number % _NEWS_EVERY == 0:
                self.screen.tell(sending.actor, tell(sending))

        return told


HOURS: dict[str, Callable[[Day], Awaitable[None]]] = {
    "The shop fills its shelves": Day.open_shop,
    "Customers arrive": Day.arrive,
    "They change their minds": Day.change_minds,
    "Rush hour, and a worker is killed": Day.rush_hour,
    "Repeats, stale versions, bad input": Day.mischief,
    "Dry runs, then the real thing": Day.rehearse,
    "Prices change, all carts repriced": Day.reprice,
    "Closing time": Day.close_shop,
    "The dust settles": Day.wait_for_ends,
}
"""The day's phases by name, in order."""
