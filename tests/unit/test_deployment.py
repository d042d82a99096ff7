"""Image, composition and chart agree with the code: what is copied, settings, paths of probes, names of queues."""

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.app import Question, app
from workers.broker.topology import Topology
from workers.metrics.serving import CHECKS
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
HELM = ROOT / "deploy" / "helm"
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = (ROOT / "compose.yaml").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
NEVER_IN_THE_IMAGE = {"dev", "bench"}
SETTINGS = {f"CART_{name.upper()}" for name in Settings.model_fields}
RENDERED: dict[str, Any] = json.loads((HELM / "rendered.json").read_text())


def test_the_image_has_every_package_and_the_engine_gets_all_that_is_copied() -> None:
    copied = {name for each in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE) for name in each.split()}
    assert set(PROJECT["tool"]["mypy"]["packages"]) <= copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert {each.removeprefix("!") for each in ignored if each.startswith("!")} == copied
    [compiled] = re.findall(r"compileall -q (.*)$", DOCKERFILE, re.MULTILINE)
    assert set(compiled.split()) == set(PROJECT["tool"]["mypy"]["packages"])


def test_the_image_has_all_extras() -> None:
    wanted = PROJECT["dependency-groups"].keys() - NEVER_IN_THE_IMAGE
    for line in re.findall(r"uv sync .*", DOCKERFILE):
        assert {"worker", *re.findall(r"--group (\S+)", line)} == wanted, line
        assert "--no-dev" in line
    assert "worker" in PROJECT["tool"]["uv"]["default-groups"]


def test_the_image_is_not_root_and_asks_its_own_worker() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001"]
    [check] = re.findall(r"^HEALTHCHECK .* CMD (.*)$", DOCKERFILE, re.MULTILINE)
    program, command, question = json.loads(check)
    assert program == "cart"
    assert command in {each.callback.__name__ for each in app.registered_commands if each.callback}
    assert question in set(Question)
    assert int(re.findall(r"CART_METRICS_PORT=(\d+)", DOCKERFILE)[0]) == int(
        re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)[0]
    )


def test_what_can_be_asked_is_answered() -> None:
    assert set(Question) == CHECKS.keys()


@pytest.mark.parametrize("path", [ROOT / "compose.yaml", ROOT / "Dockerfile", *sorted(HELM.rglob("*.*"))], ids=str)
def test_every_setting_exists(path: Path) -> None:
    assert set(re.findall(r"\bCART_[A-Z_]+\b", path.read_text())) <= SETTINGS


def test_the_composition_runs_a_worker_and_a_demo() -> None:
    services = re.split(
        r"^  (\w+):(?: &\w+)?$", COMPOSE.partition("\nservices:\n")[2].partition("\nvolumes:\n")[0], flags=re.MULTILINE
    )
    by_name = dict(zip(services[1::2], services[2::2], strict=True))
    assert by_name.keys() == {"rabbitmq", "mongodb", "worker", "demo"}
    assert "profiles" not in by_name["worker"]
    assert 'profiles: ["demo"]' in by_name["demo"]
    # The image's own check stands for the worker; two workers in one container have no port in common.
    assert "healthcheck" not in by_name["worker"]
    assert "disable: true" in by_name["demo"]


def test_the_chart_was_rendered_as_it_is_now() -> None:
    digest = hashlib.sha256()
    for path in sorted([*(HELM / "cartwright").rglob("*"), *(HELM / "values").glob("*")]):
        if path.is_file():
            digest.update(f"{path.relative_to(HELM)}\n".encode() + path.read_bytes())
    assert RENDERED["chart"] == digest.hexdigest(), "run make helm"
    assert RENDERED["rendered"].keys() == {path.stem for path in (HELM / "values").glob("*.yaml")}


def rendered(values: str, kind: str) -> dict[str, Any]:
    """The one object of a kind that the chart makes with these values."""
    [found] = [each for each in RENDERED["rendered"][values] if each["kind"] == kind]
    return found


@pytest.mark.parametrize("values", RENDERED["rendered"])
def test_pods_are_set_up_with_settings_that_exist_and_probed_where_workers_answer(values: str) -> None:
    pod = rendered(values, "Deployment")["spec"]["template"]["spec"]
    [worker] = pod["containers"]
    names = [each["name"] for each in worker["env"]]
    assert len(names) == len(set(names))
    assert {name for name in names if name.startswith("CART_")} <= SETTINGS
    port = next(each["value"] for each in worker["env"] if each["name"] == "CART_METRICS_PORT")
    assert worker["ports"] == [{"name": "metrics", "containerPort": int(port)}]
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        asked = worker[probe]["httpGet"]
        assert (asked["path"].removeprefix("/") in CHECKS, asked["port"]) == (True, "metrics")
    assert worker["livenessProbe"]["httpGet"]["path"] == "/live"
    assert worker["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["runAsUser"] == int(re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE)[0])
    assert pod["terminationGracePeriodSeconds"] > Settings().drain_timeout


def test_settings_of_values_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    [worker] = rendered("full", "Deployment")["spec"]["template"]["spec"]["containers"]
    for each in worker["env"]:
        if "value" in each and each["name"].startswith("CART_"):
            monkeypatch.setenv(each["name"], each["value"])
    read = Settings()
    assert (read.partitions, read.prefix, read.prefetch, read.tracing, read.ready_lag) == (
        3,
        "shop",
        12_000,
        True,
        100_000,
    )


def test_workers_are_scaled_by_the_queues_that_they_read() -> None:
    scaled = rendered("full", "ScaledObject")["spec"]
    topology = Topology(Settings(partitions=3, prefix="shop"))
    assert [each["metadata"]["queueName"] for each in scaled["triggers"]] == [topology.partition(n) for n in range(3)]
    assert scaled["advanced"]["scalingModifiers"]["formula"] == " + ".join(each["name"] for each in scaled["triggers"])
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (2, 3)
    assert scaled["scaleTargetRef"]["name"] == rendered("full", "Deployment")["metadata"]["name"]
    assert "replicas" not in rendered("full", "Deployment")["spec"]
    keys = rendered("full", "Secret")["stringData"].keys()
    [key] = rendered("full", "TriggerAuthentication")["spec"]["secretTargetRef"]
    assert (key["key"] in keys, key["name"]) == (True, rendered("full", "Secret")["metadata"]["name"])


def test_chart_and_package_have_one_version() -> None:
    chart = (HELM / "cartwright" / "Chart.yaml").read_text()
    assert re.findall(r"^(?:version|appVersion): (.*)$", chart, re.MULTILINE) == [PROJECT["project"]["version"]] * 2
