"""Jobs in MongoDB: one document each, written by compare-and-set on the revision, and one for each chunk."""

from collections.abc import Collection as Keys
from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import DESCENDING
from pymongo.errors import BulkWriteError, DuplicateKeyError

from cartwright.wire.status import CartStatus
from models.cart.forms import Document
from models.jobs.job import Counted, Job, JobState, Selection
from models.jobs.tally import Tally
from queries.parsing import read_filter
from queries.search import Found, JobSearch, ReportRow, ReportSearch
from storage.jobs import Chunk, ChunkKey, ChunkResult, JobKey, Waiting, Walked
from storage.mongo.driver import Collection
from storage.mongo.errors import only_duplicates, translated_errors
from storage.mongo.filters import mongo_filter
from storage.mongo.forms import CHUNK, VERSION
from storage.mongo.ids import bounds_of, chunk_document_id, job_document_id, of_tenant
from storage.mongo.job_documents import read_job, read_tally, write_order, write_progress, write_tally
from storage.reports import report_page

_ALIVE = sorted({*CartStatus} - {CartStatus.DELETED, CartStatus.EXPIRED})
_PLANS_AT_ONCE = 100


class MongoJobs:
    """`Jobs` on MongoDB."""

    def __init__(self, jobs: Collection, chunks: Collection, carts: Collection) -> None:
        self._jobs = jobs
        self._chunks = chunks
        self._carts = carts

    async def load(self, key: JobKey) -> Job | None:
        """One `find`."""
        async with translated_errors():
            found = await self._jobs.find({"_id": job_document_id(key)}).to_list(1)
        return read_job(found[0]) if found else None

    async def write(self, job: Job, expected: int) -> bool:
        """One insert, or one update of what has changed of the document."""
        job_id = job_document_id(JobKey(job.tenant, job.id))
        progress = write_progress(job)
        async with translated_errors():
            if expected:
                result = await self._jobs.update_one({"_id": job_id, "revision": expected}, {"$set": progress})
                return bool(result.matched_count)
            try:
                await self._jobs.insert_one({"_id": job_id, **write_order(job), **progress})
            except DuplicateKeyError:
                return False
        return True

    async def states(self, keys: Keys[JobKey]) -> dict[JobKey, JobState]:
        """One `find` with `$in` over the ids."""
        query = {"_id": {"$in": [job_document_id(key) for key in keys]}}
        async with translated_errors():
            found = await self._jobs.find(query, {"tenant": 1, "jobId": 1, "state": 1}).to_list(None)
        return {JobKey(each["tenant"], each["jobId"]): JobState(each["state"]) for each in found}

    async def find(self, tenant: str, search: JobSearch) -> Found[Job]:
        """By id, or by the index over tenant and time of creation."""
        if search.job_id is not None:
            job = await self.load(JobKey(tenant, search.job_id))
            return Found([job] if job is not None else [], False, None)
        query: Document = {"tenant": tenant}
        if search.state is not None:
            query["state"] = search.state.value
        if search.kind is not None:
            query["kind"] = search.kind.value
        if search.after is not None:
            time, job_id = search.after
            earlier = {"created.at": {"$lt": time}}
            query["$or"] = [earlier, {"created.at": time, "_id": {"$lt": job_document_id(JobKey(tenant, job_id))}}]
        order = [("created.at", DESCENDING), ("_id", DESCENDING)]
        async with translated_errors():
            found = await self._jobs.find(query).sort(order).limit(search.size + 1).to_list(None)
        return Found([read_job(each) for each in found[: search.size]], len(found) > search.size, None)

    async def to_plan(self, run: str, now: datetime, until: datetime) -> list[Job]:
        """One `find` by the index over open jobs, and one update for those whose lease is to be taken or renewed."""
        free = {"$or": [{"lease.run": run}, {"lease.until": {"$lte": now}}, {"lease": None}]}
        async with translated_errors():
            found = await self._jobs.find({"open": True, **free}).limit(_PLANS_AT_ONCE).to_list(None)
            for each in found:
                lease = each.get("lease") or {}
                if lease.get("run") == run and lease["until"] > now + (until - now) / 2:
                    continue
                taken = await self._jobs.update_one(
                    {"_id": each["_id"], **free}, {"$set": {"lease": {"run": run, "until": until}}}
                )
                each["open"] = bool(taken.matched_count)
        return [read_job(each) for each in found if each["open"]]

    async def let_go(self, run: str) -> None:
        """One update."""
        async with translated_errors():
            await self._jobs.update_many({"open": True, "lease.run": run}, {"$set": {"lease": None}})

    async def walk(self, tenant: str, selection: Selection, after: str, scan: int) -> Walked:
        """One `find` for where the step ends, one for the carts up to there."""
        ahead = of_tenant(tenant, after)
        async with translated_errors():
            edge = await self._carts.find({"_id": ahead}, {"_id": 1}).sort("_id").skip(scan - 1).limit(1).to_list(1)
            within = {"$gt": ahead["$gt"], "$lte": edge[0]["_id"]} if edge else ahead
            selected: Document = {"tenant": tenant, "_id": within, "status": {"$in": _ALIVE}}
            if selection.where is not None:
                # Whoever names carts that have expired means them.
                selected["status"] = {"$ne": CartStatus.DELETED.value}
                selected = {"$and": [selected, mongo_filter(read_filter(selection.where), tenant)]}
            query = {**selected, "created.at": {"$lte": selection.created_by}}
            found = await self._carts.find(query, {"_id": 1}).sort("_id").to_list(None)
        start = len(bounds_of(tenant)[0])
        return Walked([each["_id"][start:] for each in found], edge[0]["_id"][start:] if edge else None)

    async def add(self, chunks: Sequence[Chunk]) -> None:
        """One unordered insert; a duplicate is a chunk that somebody added before us."""
        documents = [
            {
                "_id": chunk_document_id(each.key),
                **CHUNK.mark,
                "job": job_document_id(each.key.job),
                "number": each.key.number,
                "carts": len(each.cart_ids),
                "cartIds": list(each.cart_ids),
                "sentAt": None,
                "sends": 0,
                "done": False,
            }
            for each in chunks
        ]
        try:
            async with translated_errors():
                await self._chunks.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            only_duplicates("chunk insert", error)

    async def waiting(self, job: JobKey, limit: int) -> list[Waiting]:
        """By the index over job, `done` and number."""
        return await self._waiting(job, {}, limit)

    async def under_way(self, job: JobKey, limit: int) -> list[Waiting]:
        """By the same index."""
        return await self._waiting(job, {"sends": {"$gt": 0}}, limit)

    async def _waiting(self, job: JobKey, query: Document, limit: int) -> list[Waiting]:
        query = {"job": job_document_id(job), "done": False, **query}
        fields = {VERSION: 1, "number": 1, "carts": 1, "sentAt": 1, "sends": 1, "begun": 1}
        async with translated_errors():
            found = await self._chunks.find(query, fields).sort("number").limit(limit).to_list(None)
        _check(found)
        return [_waiting(job, each) for each in found]

    async def sent(self, keys: Keys[ChunkKey], at: datetime) -> None:
        """One update."""
        async with translated_errors():
            await self._chunks.update_many(
                {"_id": {"$in": [chunk_document_id(key) for key in keys]}},
                {"$set": {"sentAt": at}, "$inc": {"sends": 1}},
            )

    async def chunk(self, key: ChunkKey) -> Chunk | None:
        """One `find`, without what came of it."""
        async with translated_errors():
            fields = {VERSION: 1, "cartIds": 1, "sends": 1, "done": 1}
            found = await self._chunks.find({"_id": chunk_document_id(key)}, fields).to_list(1)
        _check(found)
        return Chunk(key, tuple(found[0].get("cartIds", ())), found[0]["sends"], found[0]["done"]) if found else None

    async def begun(self, chunk: Chunk) -> None:
        """One update."""
        async with translated_errors():
            await self._chunks.update_one(
                {"_id": chunk_document_id(chunk.key), "done": False}, {"$addToSet": {"begun": chunk.sends}}
            )

    async def finish(self, result: ChunkResult) -> bool:
        """One update; the ids are in the lines from now on."""
        update = {"$set": {"done": True, "tally": write_tally(result.tally), "lines": result.lines}}
        async with translated_errors():
            done = await self._chunks.update_one(
                {"_id": chunk_document_id(result.key), "done": False}, {**update, "$unset": {"cartIds": 1}}
            )
        return bool(done.matched_count)

    async def finished(self, job: JobKey, counted: Counted, limit: int) -> Mapping[int, Tally]:
        """By the index over job, `done` and number."""
        numbers = {"$gt": counted.upto, "$nin": sorted(counted.beyond)}
        query = {"job": job_document_id(job), "done": True, "number": numbers}
        async with translated_errors():
            found = await self._chunks.find(query, {VERSION: 1, "number": 1, "tally": 1}).limit(limit).to_list(None)
        _check(found)
        return {each["number"]: read_tally(each["tally"]) for each in found}

    async def report(self, tenant: str, search: ReportSearch) -> Found[ReportRow]:
        """One `find` for the job, then a few chunks at a time."""
        job = await self.load(JobKey(tenant, search.job_id))
        if job is None:
            return Found([], False, None)

        async def chunks(first: int, limit: int) -> list[tuple[int, bytes]]:
            query = {"job": job_document_id(JobKey(tenant, search.job_id)), "done": True, "number": {"$gte": first}}
            cursor = self._chunks.find(query, {VERSION: 1, "number": 1, "lines": 1}).sort("number").limit(limit)
            async with translated_errors():
                found = await cursor.to_list(None)
            _check(found)
            return [(each["number"], bytes(each["lines"])) for each in found]

        return await report_page(job, search, chunks)


def _waiting(job: JobKey, chunk: Document) -> Waiting:
    """A chunk that nobody has begun, or that an earlier release stored, has no field for that."""
    key, begun = ChunkKey(job, chunk["number"]), frozenset(chunk.get("begun", ()))
    return Waiting(key, chunk["carts"], chunk["sentAt"], chunk["sends"], begun)


def _check(chunks: Sequence[Document]) -> None:
    for each in chunks:
        CHUNK.check(each)
