"""Whether a worker can use a database: for `cart doctor`, not on any command's path."""

from dataclasses import dataclass
from datetime import datetime

from bson import CodecOptions

from models.cart.forms import Document
from storage.mongo.driver import Driver, close_client, open_client
from storage.mongo.errors import translated_errors
from storage.mongo.indexes import INDEXES


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the server says of itself: its replica set (none if it is in none), its clock, the missing indexes."""

    replica_set: str | None
    writable: bool
    clock: datetime
    missing_indexes: tuple[str, ...]


async def diagnose(url: str, database: str, *, seconds: float, driver: Driver = "motor") -> Diagnosis:
    """Ask the server behind `url`, for `seconds` at most; raises `StorageUnavailable`."""
    client = open_client(driver, url, timeout=seconds)
    try:
        async with translated_errors():
            hello: Document = await client.admin.command("hello", codec_options=CodecOptions(tz_aware=True))
            missing = [
                f"{name}.{index.document['name']}"
                for name, wanted in INDEXES.items()
                for present in [await client[database][name].index_information()]
                for index in wanted
                if index.document["name"] not in present
            ]
    finally:
        await close_client(client)
    return Diagnosis(hello.get("setName"), hello["isWritablePrimary"], hello["localTime"], tuple(missing))
