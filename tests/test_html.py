"""Every page is valid HTML by the Nu HTML checker, without an error or a warning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.real_site import ROOT, built_site

JAR = ROOT / "tests/node/node_modules/vnu-jar/build/dist/vnu.jar"
MISSING = shutil.which("java") is None or not JAR.is_file()


@pytest.mark.skipif(
    MISSING and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs Java and `npm install --prefix tests/node`",
)
def test_the_checker_has_nothing_to_say() -> None:
    command = ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--skip-non-html", str(built_site())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    assert [f"{said['url']}:{said.get('lastLine')}: {said['message']}" for said in messages] == []
