"""Settings of a worker, from the environment (`CART_…`)."""

import re
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from cartwright.wire.headers import TENANT

_PASSWORD = re.compile(r"://[^:/@]*:(.*)@")
_WEIGHT = re.compile(rf"{TENANT.pattern}=[1-9][0-9]{{0,2}}")
SHORTEST_KEY = 32
"""The fewest characters of a key for HMAC with SHA-256 (RFC 7518, 3.2)."""


_ESCAPED = "USER:PASSWORD@ goes before the host, and in both of them @ is %40, / is %2F and : is %3A"


class Settings(BaseSettings):
    """Everything that can be set; seconds for times, bytes for sizes."""

    model_config = SettingsConfigDict(env_prefix="CART_", extra="ignore", frozen=True, hide_input_in_errors=True)

    amqp_url: SecretStr = SecretStr("amqp://guest:guest@localhost:5672/")
    mongo_url: SecretStr = SecretStr("mongodb://localhost:27017/?replicaSet=rs0")
    mongo_driver: Literal["motor", "pymongo"] = "motor"
    database: str = "cartwright"
    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")] = "cart"
    reply_prefix: Annotated[str, Field(min_length=1)] = "reply."
    trust_role_header: bool = False
    token_keys: SecretStr = SecretStr("")
    partitions: Annotated[int, Field(ge=1, le=256)] = 1
    batch_queues: Annotated[int, Field(ge=1, le=256)] = 1
    delivery_limit: Annotated[int, Field(ge=1)] = 20
    parking_messages: Annotated[int, Field(ge=1)] = 100_000

    amqp_adapter: Literal["tap", "plain"] = "tap"
    tenant_weights: Annotated[str, Field(description="as `acme=4,other=1`; a tenant that is not named has 1")] = ""
    prefetch: Annotated[int, Field(ge=1, le=65_535)] = 500
    waiting_bytes: Annotated[int, Field(ge=1)] = 64 * 1024 * 1024
    group_commands: Annotated[int, Field(ge=1)] = 256
    group_bytes: Annotated[int, Field(ge=1)] = 4 * 1024 * 1024
    groups_at_once: Annotated[int, Field(ge=1)] = 2
    chunk_carts: Annotated[int, Field(ge=1, le=1000)] = 500
    chunks_at_once: Annotated[int, Field(ge=1, le=1000)] = 16
    cached_lines: Annotated[int, Field(ge=0)] = 30_000

    storage_timeout: Annotated[float, Field(gt=0)] = 5.0
    publish_timeout: Annotated[float, Field(gt=0)] = 10.0
    attempts_in_place: Annotated[int, Field(ge=1)] = 3
    retry_delays: Annotated[tuple[Annotated[int, Field(ge=1, le=86_400)], ...], NoDecode] = (1, 10, 60)
    drain_timeout: Annotated[float, Field(gt=0)] = 30.0
    stall_seconds: Annotated[float, Field(gt=0)] = 60.0

    heartbeat_interval: Annotated[float, Field(gt=0)] = 1.0
    sweep_interval: Annotated[float, Field(gt=0)] = 5.0
    sweep_grace: Annotated[float, Field(gt=0)] = 15.0
    history_days: Annotated[int, Field(ge=1, le=36_500)] | None = None

    metrics_port: Annotated[int, Field(ge=0, le=65_535, description="0: neither metrics nor health")] = 0
    tracing: Annotated[bool, Field(description="needs the packages of the group `tracing`")] = False
    ready_lag: Annotated[int, Field(ge=0, description="0: a worker is ready however long its queues are")] = 0
    source: str = "cartwright"
    cloud_events_prefix: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z_:-]{0,31}$")] = "cloudEvents:"
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("amqp_url")
    @classmethod
    def _broker_address(cls, url: SecretStr) -> SecretStr:
        try:
            address = URL(url.get_secret_value())
            good = address.scheme in {"amqp", "amqps"} and bool(address.host)
        except ValueError:
            good = False
        if not good:
            raise ValueError(f"it must be an address such as amqp://broker:5672/ or amqps://broker:5671/; {_ESCAPED}")
        return url

    @field_validator("mongo_url")
    @classmethod
    def _database_address(cls, url: SecretStr) -> SecretStr:
        scheme, _, rest = url.get_secret_value().partition("://")
        if scheme not in {"mongodb", "mongodb+srv"} or not rest.strip("/") or rest.count("@") > 1:
            raise ValueError(f"it must be an address such as mongodb://database:27017/?replicaSet=rs0; {_ESCAPED}")
        return url

    @field_validator("retry_delays", mode="before")
    @classmethod
    def _list_of_delays(cls, delays: object) -> object:
        if not isinstance(delays, str):
            return delays
        return [each.strip() for each in delays.strip().removeprefix("[").removesuffix("]").split(",") if each.strip()]

    @field_validator("token_keys")
    @classmethod
    def _long_enough(cls, keys: SecretStr) -> SecretStr:
        if any(len(key) < SHORTEST_KEY for key in _separate(keys)):
            raise ValueError(f"a key has at least {SHORTEST_KEY} characters; commas separate keys")
        return keys

    @field_validator("tenant_weights")
    @classmethod
    def _weights_of_tenants(cls, weights: str) -> str:
        pairs = [each.strip() for each in weights.split(",") if each.strip()]
        if not all(map(_WEIGHT.fullmatch, pairs)):
            raise ValueError("weights are whole numbers from 1 to 999, as in acme=4,other=1")
        if len({each.partition("=")[0] for each in pairs}) < len(pairs):
            raise ValueError("a tenant has one weight")
        return weights

    @property
    def secrets(self) -> frozenset[str]:
        """What must not be in any log: passwords of servers, as they are and as they are written, and keys."""
        written = [
            found[1] for url in (self.amqp_url, self.mongo_url) if (found := _PASSWORD.search(url.get_secret_value()))
        ]
        return frozenset([*written, *map(unquote, written), *_separate(self.token_keys)])

    @property
    def weights(self) -> dict[str, int]:
        """The weights by tenant."""
        pairs = (each.strip().partition("=") for each in self.tenant_weights.split(",") if each.strip())
        return {tenant: int(weight) for tenant, _, weight in pairs}

    @property
    def signing_keys(self) -> list[bytes]:
        """The keys for validity tokens, in the order in which they were given."""
        return [key.encode() for key in _separate(self.token_keys)]


def _separate(keys: SecretStr) -> list[str]:
    text = keys.get_secret_value()
    return [key.strip() for key in text.split(",")] if text.strip() else []
