"""Servers that ask for TLS, client certificates and logins with no more permissions than docs/security.md says."""

import asyncio
import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pymongo import AsyncMongoClient

from stack import StackError
from stack.guard import sweep
from stack.mongodb import MongoServer, find_mongod
from stack.processes import reserved_port
from stack.rabbitmq import RabbitNode, find_rabbitmq

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
PASSWORD = "p@ss/word:" + secrets.token_hex(8)
"""With every character that an address has to write otherwise."""
LOGINS = ("worker", "caller", "operator")


def permissions() -> dict[str, tuple[str, str, str]]:
    """Configure, write and read of each login, as the page says."""
    rows = re.findall(r"^\| (\w+) \| `(.*)` \| `(.*)` \| `(.*)` \|$", PAGE, re.MULTILINE)
    return {login: tuple(each.replace("\\|", "|") for each in regexes) for login, *regexes in rows}  # type: ignore[misc]


def role() -> dict[str, Any]:
    """The command that creates the role, as the page says."""
    [found] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    return dict(json.loads(found))


@dataclass(frozen=True, slots=True)
class Secured:
    """Addresses of servers that ask for more than the usual ones."""

    folder: Path
    amqp_port: int
    mongo: str
    """Host and port."""

    def amqp_url(self, login: str, *, certificate: bool = True, authority: str = "ca", password: str = PASSWORD) -> str:
        """The address for a login; the files are those of docs/security.md."""
        own = f"&certfile={self.folder}/client.pem&keyfile={self.folder}/client.key" if certificate else ""
        at = f"{login}:{quote(password, safe='')}@127.0.0.1:{self.amqp_port}"
        return f"amqps://{at}/?cafile={self.folder}/{authority}.pem{own}"

    def mongo_url(self, login: str, *, authority: str = "ca", password: str = PASSWORD) -> str:
        """The address for a login of the database `cartwright`."""
        files = f"tls=true&tlsCAFile={self.folder}/{authority}.pem&tlsCertificateKeyFile={self.folder}/client-both.pem"
        at = f"{login}:{quote(password, safe='')}@{self.mongo}"
        return f"mongodb://{at}/?replicaSet=cart&authSource=cartwright&{files}"


@asynccontextmanager
async def secured_servers(folder: Path) -> AsyncIterator[Secured]:
    """Start both, with certificates that are made for them; nothing is left at the end of the block."""
    program, script = find_mongod(), find_rabbitmq()
    if program is None or script is None:
        raise StackError("these tests need local servers: see stack/local.py")
    await asyncio.to_thread(certificates, folder)
    amqp_port = reserved_port()
    broker = RabbitNode(script, folder, settings=_rabbitmq_settings(folder, amqp_port))
    files = f"tlsCAFile={folder}/ca.pem&tlsCertificateKeyFile={folder}/client-both.pem"
    database = MongoServer(
        program,
        folder,
        further={
            "--keyFile": str(_key_file(folder)),
            "--tlsMode": "requireTLS",
            "--tlsCertificateKeyFile": str(folder / "server-both.pem"),
            "--tlsCAFile": str(folder / "ca.pem"),
        },
        parameters=f"&tls=true&{files}",
    )
    try:
        await asyncio.gather(broker.start(), database.start())
        await _database_users(database.url)
        yield Secured(folder, amqp_port, database.url.split("/")[2])
    finally:
        await asyncio.gather(broker.kill(), database.kill())
        await asyncio.to_thread(sweep, folder)


def certificates(folder: Path) -> None:
    """A CA, certificates of a server at 127.0.0.1 and of a client, and a CA that signed neither."""
    for name in ("ca", "stranger"):
        _openssl("req", "-x509", *_new_key(folder, name), "-out", folder / f"{name}.pem", "-days", "2")
    for name in ("server", "client"):
        request, names = folder / f"{name}.csr", folder / f"{name}.ext"
        names.write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
        _openssl("req", *_new_key(folder, name), "-out", request)
        signer = ("-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", "2")
        _openssl("x509", "-req", "-in", request, *signer, "-extfile", names, "-out", folder / f"{name}.pem")
        both = (folder / f"{name}.pem").read_text() + (folder / f"{name}.key").read_text()
        (folder / f"{name}-both.pem").write_text(both)


def _new_key(folder: Path, name: str) -> tuple[object, ...]:
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    return (*curve, "-keyout", folder / f"{name}.key", "-subj", f"/O=cart tests/CN={name}")


def _openssl(*arguments: object) -> None:
    status = os.spawnlp(os.P_WAIT, "sh", "sh", "-c", 'exec openssl "$@" 2>/dev/null', "sh", *map(str, arguments))
    assert status == 0, f"openssl {arguments[0]} failed"


def _rabbitmq_settings(folder: Path, port: int) -> list[str]:
    definitions = {
        "vhosts": [{"name": "/"}],
        "users": [
            {
                "name": each,
                "password_hash": _hashed(PASSWORD),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": "",
            }
            for each in LOGINS
        ],
        "permissions": [
            {"user": login, "vhost": "/", "configure": configure, "write": write, "read": read}
            for login, (configure, write, read) in permissions().items()
        ],
    }
    (folder / "definitions.json").write_text(json.dumps(definitions))
    return [
        f"load_definitions = {folder}/definitions.json",
        f"listeners.ssl.1 = 127.0.0.1:{port}",
        f"ssl_options.cacertfile = {folder}/ca.pem",
        f"ssl_options.certfile = {folder}/server.pem",
        f"ssl_options.keyfile = {folder}/server.key",
        "ssl_options.verify = verify_peer",
        "ssl_options.fail_if_no_peer_cert = true",
    ]


def _hashed(password: str) -> str:
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def _key_file(folder: Path) -> Path:
    """What the members of a replica set that asks for logins know each other by."""
    file = folder / "replica.key"
    file.write_text(secrets.token_hex(32))
    file.chmod(0o600)
    return file


async def _database_users(url: str) -> None:
    """An administrator, who is needed to make the others, and the user of docs/security.md."""
    async with AsyncMongoClient[dict[str, Any]](url) as client:
        await client.admin.command("createUser", "root", pwd=PASSWORD, roles=["root"])
    async with AsyncMongoClient[dict[str, Any]](url, username="root", password=PASSWORD) as client:
        await client["cartwright"].command(role())
        await client["cartwright"].command("createUser", "worker", pwd=PASSWORD, roles=["cartWorker"])
