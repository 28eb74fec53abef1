"""The identity of the generator knows every library that makes bytes, in the version that is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from appealsite import generator
from appealsite.generator import installed_version

LIBRARIES = (*generator._LIBRARIES, "selectolax", "no-such-library")


def said_by_python(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


@pytest.mark.parametrize("library", LIBRARIES)
def test_versions_are_those_that_python_knows(library: str) -> None:
    assert installed_version(library) == said_by_python(library)
    assert installed_version(library.upper().replace("-", ".")) == said_by_python(library)


@pytest.mark.parametrize(
    "library",
    [
        "Jinja2",
        "mdurl",  # writes the addresses of links for markdown-it-py
        "Unidecode",  # python-slugify uses it for the ids of headings where somebody installs it
    ],
)
def test_another_version_of_a_library_is_another_generator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    for function in (generator.generator_identity, generator._installed):
        function.cache_clear()
    usual = generator.generator_identity()
    (tmp_path / f"{library.lower()}-99.1.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    for function in (generator.generator_identity, generator._installed):
        function.cache_clear()
    assert installed_version(library) == "99.1"
    assert generator.generator_identity() != usual
    monkeypatch.undo()
    for function in (generator.generator_identity, generator._installed):
        function.cache_clear()
    assert generator.generator_identity() == usual
