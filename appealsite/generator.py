"""The identity of the generator: another version of its code, or of a library that makes bytes, remembers nothing."""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("jinja2", "markupsafe", "markdown-it-py", "markdown-it-pyrs", "python-slugify", "pydantic", "pyyaml")


@lru_cache(maxsize=1)
def generator_identity() -> str:
    """A digest of the generator's source files, its libraries' versions and Python's."""
    total = hashlib.blake2b(repr(sys.version_info[:3]).encode(), digest_size=16)
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        try:
            total.update(f"{library} {version(library)}\n".encode())
        except PackageNotFoundError:
            total.update(f"{library} is absent\n".encode())
    return total.hexdigest()
