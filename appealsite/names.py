"""Names of files as the system gives them, whose bytes need not be UTF-8 (PEP 383)."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def is_utf8(name: str) -> bool:
    """Whether the bytes of a name are UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def holds_control(name: str) -> bool:
    """Whether a name holds a line end or another control character, which lists of names and addresses cannot hold."""
    return not name.isprintable() and _CONTROL.search(name) is not None


def shown(name: str) -> str:
    """A name as it can be printed on one line: what cannot, such as bytes that are not UTF-8, as escapes."""
    return "".join([one if one.isprintable() else one.encode("unicode_escape").decode() for one in name])
