"""The environment: what is misspelt is named, a bad value is one line, secrets are shown nowhere."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from cli.app import app
from workers.environment import PATTERNS, BadSettings, allowed, read_settings, unknown_variables, variable
from workers.logs import configure
from workers.masking import masked
from workers.settings import Settings

PASSWORD = "open%40sesame"
SECRET_URLS = {
    "CART_AMQP_URL": f"amqp://shop:{PASSWORD}@127.0.0.1:1/",
    "CART_MONGO_URL": f"mongodb://shop:{PASSWORD}@127.0.0.1:1/?serverSelectionTimeoutMS=100",
    "CART_TOKEN_KEYS": "k" * 32,
    "CART_STORAGE_TIMEOUT": "0.2",
}


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a stack."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("CART_PARTITONS", "CART_PARTITONS is not a setting; did you mean CART_PARTITIONS?"),
        ("CART_AMPQ_URL", "CART_AMPQ_URL is not a setting; did you mean CART_AMQP_URL?"),
        ("CART_METRIC_PORT", "CART_METRIC_PORT is not a setting; did you mean CART_METRICS_PORT?"),
        ("CART_BOTTOMLESS", "CART_BOTTOMLESS is not a setting, and has no effect"),
    ],
)
def test_a_misspelt_variable_is_a_warning_with_the_nearest_name(name: str, said: str) -> None:
    assert unknown_variables({name: "1", "PATH": "/"}) == [said]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CART_PARTITIONS", "2"),
        ("CART_TENANT", "acme"),
        ("CART_WORKER_SERVICE_HOST", "10.0.0.1"),
        ("CART_SERVICE_PORT_METRICS", "9000"),
        ("CART_PORT", "tcp://10.0.0.1:80"),
        ("CART_PORT_80_TCP_ADDR", "10.0.0.1"),
    ],
)
def test_settings_and_what_a_cluster_sets_are_no_warning(name: str, value: str) -> None:
    assert unknown_variables({name: value}) == []


@pytest.mark.parametrize("command", [["topology"], ["doctor"], ["partitions"], ["get", "c-1"]])
def test_every_command_warns(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_PARTITONS", "2")
    assert "cart: warning: CART_PARTITONS is not a setting" in CliRunner().invoke(app, command).output


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CART_PARTITIONS", "many", 'CART_PARTITIONS is "many"; it must be a whole number from 1 to 256'),
        ("CART_PARTITIONS", "0", 'CART_PARTITIONS is "0"; it must be a whole number from 1 to 256'),
        ("CART_PARTITIONS", "", 'CART_PARTITIONS is ""; it must be a whole number from 1 to 256'),
        ("CART_DELIVERY_LIMIT", "-1", 'CART_DELIVERY_LIMIT is "-1"; it must be a whole number, 1 or more'),
        ("CART_MONGO_DRIVER", "mongoose", 'CART_MONGO_DRIVER is "mongoose"; it must be one of motor, pymongo'),
        ("CART_STALL_SECONDS", "0", 'CART_STALL_SECONDS is "0"; it must be a number above 0'),
        ("CART_TRUST_ROLE_HEADER", "oui", 'CART_TRUST_ROLE_HEADER is "oui"; it must be true or false'),
        ("CART_REPLY_PREFIX", "", 'CART_REPLY_PREFIX is ""; it must be a text that is not empty'),
        ("CART_HISTORY_DAYS", "x", 'CART_HISTORY_DAYS is "x"; it must be a whole number from 1 to 36500'),
        ("CART_PREFIX", "A B", f'CART_PREFIX is "A B"; it must be {PATTERNS["prefix"]}'),
        (
            "CART_RETRY_DELAYS",
            "1,soon",
            '"1,soon"; it must be a list, separated by commas; each a whole number from 1 to 86400',
        ),
        ("CART_TENANT_WEIGHTS", "acme", "weights are whole numbers from 1 to 999, as in acme=4,other=1"),
        ("CART_AMQP_URL", "localhost", "CART_AMQP_URL: it must be an address such as amqp://broker:5672/"),
        ("CART_MONGO_URL", "localhost:27017", "CART_MONGO_URL: it must be an address such as mongodb://"),
        ("CART_TOKEN_KEYS", "hush-hush", "CART_TOKEN_KEYS: a key has at least 32 characters"),
    ],
)
@pytest.mark.parametrize("command", ["run", "doctor", "topology"])
def test_a_bad_value_is_one_line(
    command: str, name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CART_AMQP_URL", "amqp://localhost/")
    monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, [command])
    assert done.exit_code == 2
    [line] = done.output.splitlines()
    assert line.startswith("cart: CART_")
    assert said in line
    assert "hush" not in line


def test_every_bad_value_has_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_PARTITIONS", "x")
    monkeypatch.setenv("CART_PREFETCH", "y")
    with pytest.raises(BadSettings) as bad:
        read_settings()
    assert [line.partition(" ")[0] for line in str(bad.value).splitlines()] == ["CART_PARTITIONS", "CART_PREFETCH"]


@pytest.mark.parametrize(("value", "delays"), [("1,10", (1, 10)), ("[2, 20]", (2, 20)), ("", ())])
def test_a_list_is_separated_by_commas(value: str, delays: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CART_RETRY_DELAYS", value)
    assert read_settings().retry_delays == delays


def test_patterns_are_said_in_words() -> None:
    patterned = {
        name
        for name, field in Settings.model_fields.items()
        if any(getattr(limit, "pattern", None) for limit in field.metadata)
    }
    assert patterned == PATTERNS.keys()


def test_every_setting_says_what_it_may_be() -> None:
    assert all(allowed(name, field) for name, field in Settings.model_fields.items())
    assert variable("amqp_url") == "CART_AMQP_URL"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("amqp://u:p@h:5672/v", "amqp://u:***@h:5672/v"),
        ("to amqps://u:p%40q@h/ and mongodb://a:b@h1,h2/?x=1", "to amqps://u:***@h/ and mongodb://a:***@h1,h2/?x=1"),
        ("mongodb://h/?tlsCertificateKeyFilePassword=abc&x=1", "mongodb://h/?tlsCertificateKeyFilePassword=***&x=1"),
        ("amqp://h:5672/", "amqp://h:5672/"),
        ("a sesame seed", "a *** seed"),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert masked(text, ["sesame"]) == shown


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRET_URLS.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert not any(secret in shown for secret in settings.secrets)
    assert settings.secrets == {PASSWORD, "open@sesame", "k" * 32}


@pytest.mark.parametrize("form", ["json", "console"])
def test_logs_show_no_secret(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    for name, value in SECRET_URLS.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    before = structlog.get_config()
    try:
        configure(form, "info", settings.secrets)
        log = structlog.get_logger("test")
        url = settings.amqp_url.get_secret_value()
        log.warning("plain", url=url, within={"deep": [url, settings.mongo_url.get_secret_value()]})
        try:
            raise OSError(f"no way to {url}, key {'k' * 32}")  # noqa: TRY301
        except OSError:
            log.exception("traced")
        logging.getLogger("a.library").warning("lost %s, %s", url, "open@sesame")
    finally:
        structlog.configure(**before)
    told = stream.getvalue()
    assert "plain" in told
    assert "traced" in told
    assert "a.library" in told
    assert "shop:***@127.0.0.1" in told
    assert not any(secret in told for secret in settings.secrets)


@pytest.mark.parametrize("command", [["run"], ["doctor"], ["partitions"], ["partitions", "set", "2"], ["get", "c-1"]])
def test_commands_that_reach_nobody_show_no_secret_and_no_trace(
    command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SECRET_URLS.items():
        monkeypatch.setenv(name, value)
    program = "from cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert done.returncode in {1, 3}
    assert "reach" in told or "no connection" in told
    assert "sesame" not in told
    assert "Traceback" not in told


def test_an_unexpected_error_is_shown_without_secrets() -> None:
    program = (
        "import cli, cli.app\n"
        f"def app(): raise RuntimeError('lost amqp://shop:{PASSWORD}@host/')\n"
        "cli.app.app = app\n"
        "cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "lost amqp://shop:***@host/" in done.stderr
    assert PASSWORD not in done.stderr.replace(program, "")


def test_json_logs_stay_json(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        configure("json", "info", {"s3cr3t!"})
        structlog.get_logger("test").info("said", word="s3cr3t!")
    finally:
        structlog.configure(**before)
    assert json.loads(capsys.readouterr().err)["word"] == "***"
