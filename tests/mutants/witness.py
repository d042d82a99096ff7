"""A pytest plugin: writes down which files were imported, so that a run proves whose code it tested."""

import json
import os
import sys
from pathlib import Path

import pytest

WITNESS = "MUTANTS_WITNESS"
"""The environment variable that names the file to write."""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    Path(os.environ[WITNESS]).write_text(json.dumps(sorted(str(Path(file).resolve()) for file in files if file)))
