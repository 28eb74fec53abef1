"""The identity of the generator: another version of its code, or of a library that makes bytes, remembers nothing."""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_DRAWING = ("pillow", "resvg-py")
_LIBRARIES = (
    "jinja2", "markupsafe", "markdown-it-py", "markdown-it-pyrs", "python-slugify", "pydantic", "pyyaml", "brotli",
    *_DRAWING,
)  # fmt: skip


@lru_cache(maxsize=1)
def generator_identity() -> str:
    """A digest of the generator's source files, its libraries' versions and Python's."""
    total = hashlib.blake2b(repr(sys.version_info[:3]).encode(), digest_size=16)
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    total.update(_versions(_LIBRARIES))
    return total.hexdigest()


@lru_cache(maxsize=1)
def drawing_identity() -> str:
    """A digest of the code and the libraries that draw: pictures outlive other changes of the generator."""
    total = hashlib.blake2b(_versions(_DRAWING), digest_size=16)
    for name in ("share.py", "icons.py"):
        total.update((Path(__file__).parent / "render" / name).read_bytes())
    return total.hexdigest()


def _versions(libraries: tuple[str, ...]) -> bytes:
    lines = []
    for library in libraries:
        try:
            lines.append(f"{library} {version(library)}\n")
        except PackageNotFoundError:
            lines.append(f"{library} is absent\n")
    return "".join(lines).encode()
