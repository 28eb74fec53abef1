"""The identity of the generator: another version of its code, or of a library that makes bytes, remembers nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path

_DRAWING = ("pillow", "resvg-py")
_LIBRARIES = (
    "jinja2", "markupsafe", "markdown-it-py", "markdown-it-pyrs", "mdurl", "python-slugify", "text-unidecode",
    "unidecode", "pydantic", "pyyaml", "brotli", *_DRAWING,
)  # fmt: skip


@lru_cache(maxsize=1)
def generator_identity() -> str:
    """A digest of the generator's source files, its libraries' versions and Python's."""
    total = hashlib.sha256(repr(sys.version_info[:3]).encode())
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


def installed_version(library: str) -> str:
    """The version of an installed library; empty for one that is absent.

    Each leaves a folder ``{name}-{version}.dist-info`` beside itself
    (https://packaging.python.org/en/latest/specifications/recording-installed-packages/). To read names costs far less
    than ``importlib.metadata``, which every build would have to load.
    """
    return _installed().get(_normalized(library), "")


def _versions(libraries: tuple[str, ...]) -> bytes:
    return "".join([f"{library} {installed_version(library) or 'is absent'}\n" for library in libraries]).encode()


@lru_cache(maxsize=1)
def _installed() -> dict[str, str]:
    """The version of every installed library by its normalized name; what is found first is what is imported."""
    found: dict[str, str] = {}
    for folder in sys.path:
        with contextlib.suppress(OSError):
            for name in sorted(entry.name for entry in os.scandir(folder or ".")):
                stem, dot, kind = name.rpartition(".")
                if dot and kind in ("dist-info", "egg-info") and "-" in stem:
                    library, version, *_ = stem.split("-")
                    found.setdefault(_normalized(library), version)
    return found


def _normalized(name: str) -> str:
    return name.lower().replace("-", "_").replace(".", "_")
