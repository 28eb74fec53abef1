"""Every page is valid HTML by the Nu HTML checker, without an error or a warning."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.real_site import ROOT, built_site

JAR = ROOT / "tests/node/node_modules/vnu-jar/build/dist/vnu.jar"
MISSING = shutil.which("java") is None or not JAR.is_file()


# What the checker gets wrong about the policy in a meta element, each with the line that it may say it of. That nothing
# is blocked is shown in a browser, by tests/test_policy.py.
MISTAKEN = {
    # A data block is no script that could run: https://html.spec.whatwg.org/multipage/scripting.html#data-block
    r"Inline script violates Content Security Policy": '<script type="application/ld+json">',
    # The checker opens files, which have no origin that 'self' could mean.
    r"Resource violates Content Security Policy .*image “/assets/": '<img src="/assets/',
}


def is_mistaken(said: dict[str, Any]) -> bool:
    """Whether the checker says one of these things, and of that line."""
    line = Path(said["url"].removeprefix("file:")).read_text("utf-8").split("\n")[said["lastLine"] - 1]
    return any(re.match(message, said["message"]) and shown in line for message, shown in MISTAKEN.items())


@pytest.mark.skipif(
    MISSING and "APPEALSITE_ALL_TESTS" not in os.environ,
    reason="needs Java and `npm install --prefix tests/node`",
)
def test_the_checker_has_nothing_to_say() -> None:
    command = ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--skip-non-html", str(built_site())]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr)["messages"]
    assert [
        f"{said['url']}:{said.get('lastLine')}: {said['message']}" for said in messages if not is_mistaken(said)
    ] == []
