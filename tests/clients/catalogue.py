"""The clients that `make clients` tries: what installs each, and what runs its programs.

The commands are the pages' own (`docs/clients/`), word by word; they run in a folder that holds copies of the programs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "clients"
EXAMPLES = PAGES / "examples"
TUTORIALS = Path(__file__).parent / "tutorials"

CLASSPATH = ":".join(
    f"/usr/share/java/{name}.jar"
    for name in ("amqp-client", "slf4j-api", "jackson-databind", "jackson-core", "jackson-annotations")
)


@dataclass(frozen=True, slots=True)
class Client:
    """A client library; `tutorial` and `example` are files, and `{}` in `run` is one of them."""

    name: str
    page: str
    install: str
    run: str
    tutorial: str
    example: str | None = None
    version: str | None = None
    """The version that `install` names; without one the package `package` of Debian says it."""
    package: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    sets_headers: bool = True
    """Whether a caller writes properties and headers itself."""


PYTHON = ".venv/bin/python {}"

CLIENTS = (
    Client(
        "cartwright",
        "python.md",
        f"pip install {ROOT}",
        PYTHON,
        "tutorial_cartwright.py",
        "python/with_cartwright.py",
        version="0.1.0",
        sets_headers=False,
    ),
    Client(
        "aio-pika",
        "python.md",
        "pip install aio-pika==10.2.1",
        PYTHON,
        "tutorial_aio_pika.py",
        "python/with_aio_pika.py",
        version="10.2.1",
    ),
    Client(
        "pika",
        "python.md",
        "pip install pika==1.4.4",
        PYTHON,
        "tutorial_pika.py",
        "python/with_pika.py",
        version="1.4.4",
    ),
    Client("kombu, a dict", "python.md", "pip install kombu==5.7.0", PYTHON, "tutorial_kombu.py", version="5.7.0"),
    Client(
        "kombu, bytes",
        "python.md",
        "pip install kombu==5.7.0",
        PYTHON,
        "tutorial_kombu.py",
        version="5.7.0",
        variables={"AS_BYTES": "1"},
    ),
    Client(
        "amqplib", "node.md", "npm install amqplib@2.3.1", "node {}", "tutorial.mjs", "node/carts.mjs", version="2.3.1"
    ),
    Client(
        "Java client",
        "java.md",
        "apt-get install default-jdk-headless librabbitmq-client-java libjackson2-databind-java",
        f"java -cp {CLASSPATH} {{}}",
        "Tutorial.java",
        "java/Carts.java",
        package="librabbitmq-client-java",
    ),
    Client(
        "amqp091-go",
        "go.md",
        "apt-get install golang-go golang-github-rabbitmq-amqp091-go-dev",
        "GO111MODULE=off GOPATH=/usr/share/gocode go run {}",
        "tutorial.go",
        "go/carts.go",
        package="golang-github-rabbitmq-amqp091-go-dev",
    ),
    Client(
        "php-amqplib",
        "php.md",
        "apt-get install php-cli php-amqplib",
        "AUTOLOAD=PhpAmqpLib/autoload.php php {}",
        "tutorial.php",
        "php/carts.php",
        package="php-amqplib",
    ),
    Client(
        "bunny",
        "ruby.md",
        "apt-get install ruby ruby-bunny",
        "ruby {}",
        "tutorial.rb",
        "ruby/carts.rb",
        package="ruby-bunny",
    ),
)
