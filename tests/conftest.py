"""Settings for all tests.

``pytest --accept`` rewrites what a program wrote and a person checks: tests/sites/small/expected and every
tests/sites/broken/*/expected.txt. Read the difference before you commit it.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# The same examples in every run, so that a red build is red again; DEEP=1 looks for new ones.
settings.register_profile("same", max_examples=60, deadline=None, derandomize=True, database=None)
settings.register_profile("deep", max_examples=3000, deadline=None, database=None)
settings.load_profile("deep" if os.environ.get("DEEP") else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="take what the command writes now as what is expected")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are rewritten in this run."""
    return bool(request.config.getoption("--accept"))
