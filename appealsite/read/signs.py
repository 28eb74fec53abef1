"""Signs that hardly any text holds, sought in long texts."""

from __future__ import annotations

import re
from collections.abc import Callable


def seeker(sign: re.Pattern[str]) -> Callable[[str], bool]:
    """What tells whether a text holds a sign that the pattern ``sign`` matches; it is one sign long.

    Nearly all of a text is ASCII that does not match. It is deleted as bytes, which costs a third of passing over it
    with the pattern; only what is left is searched.
    """
    others = bytes(code for code in range(128) if not sign.match(chr(code)))

    def holds(text: str) -> bool:
        return sign.search(text.encode().translate(None, others).decode()) is not None

    return holds
