"""Worker runs in MongoDB. The server deletes a closed run a day after its end."""

from datetime import datetime

from bson.codec_options import CodecOptions
from pymongo.read_concern import ReadConcern

from models.cart.forms import Document
from storage.mongo.driver import Collection
from storage.mongo.errors import translated_errors
from storage.mongo.forms import RUN
from storage.records import Run


class MongoRuns:
    """`Runs` on MongoDB."""

    def __init__(self, collection: Collection) -> None:
        self._runs = collection

    async def record(self, run: Run) -> None:
        """Replace the run's document."""
        document = {
            **RUN.mark,
            "settled": run.settled,
            "abandoned": list(run.abandoned),
            "seenAt": run.seen_at,
            "closed": run.closed,
            "partitions": list(run.partitions),
            "waiting": run.waiting,
            "finished": run.finished,
            "layout": run.layout,
        }
        async with translated_errors():
            await self._runs.replace_one({"_id": run.id}, document, upsert=True)

    async def current(self, closed_since: datetime) -> list[Run]:
        """By the index over `closed` and `seenAt`."""
        async with translated_errors():
            found = await self._runs.find(open_or_closed_since(closed_since)).to_list(None)
        for each in found:
            RUN.check(each)
        return [
            Run(
                id=each["_id"],
                settled=each["settled"],
                abandoned=tuple(each["abandoned"]),
                seen_at=each["seenAt"],
                closed=each["closed"],
                partitions=tuple(each["partitions"]),
                waiting=each.get("waiting", 0),
                finished=each.get("finished", 0),
                layout=each.get("layout", 0),
            )
            for each in found
        ]

    async def time(self) -> datetime:
        """By one `hello`."""
        async with translated_errors():
            hello = await self._runs.database.command("hello", codec_options=CodecOptions(tz_aware=True))
        told: datetime = hello["localTime"]
        return told

    async def caught_up(self) -> None:
        """By a linearizable read: it waits until a majority has what the primary has."""
        async with translated_errors():
            await self._runs.with_options(read_concern=ReadConcern("linearizable")).find_one({"_id": ""})


def open_or_closed_since(time: datetime) -> Document:
    """The filter for runs that are not closed, and for those that were closed since that time."""
    return {"$or": [{"closed": False}, {"closed": True, "seenAt": {"$gte": time}}]}
