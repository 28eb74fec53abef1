"""Assets under names that hold their content's hash, and the stylesheet as it stands in every page's head."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import PurePosixPath

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*")


def hashed(assets: Mapping[str, bytes]) -> dict[str, str]:
    """The root-relative address of each asset: ``icon.svg`` is served as ``/assets/icon.<hash>.svg``."""
    urls: dict[str, str] = {}
    for name, data in assets.items():
        path = PurePosixPath(name)
        digest = hashlib.sha256(data).hexdigest()[:10]
        urls[name] = f"/assets/{path.with_name(f'{path.stem}.{digest}{path.suffix}')}"
    return urls


def compact_js(source: str) -> str:
    """A script without block comments, line starts and ends; a line must not rely on its end being one."""
    return "".join(line.strip() for line in _COMMENT.sub("", source).splitlines())


def compact_css(source: str) -> str:
    """The stylesheet without comments and needless white space; strings in it must not hold braces or semicolons."""
    text = _SPACE.sub(" ", _COMMENT.sub("", source))
    return _AROUND.sub(r"\1", text).replace(";}", "}").strip()
