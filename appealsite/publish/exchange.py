"""Swap a new folder in for the old one, so that a reader at any instant finds a whole one."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
from pathlib import Path

_AT_FDCWD = -100
_ASIDE = ".old"  # the end of the old folder's name between two renames
_RENAME_EXCHANGE = 2  # linux/fs.h; renameat2(2)


def swap_in(new: Path, current: Path) -> Path | None:
    """Put ``new`` at ``current``; both lie in one file system. Returns where the old folder is now, if there was one.

    On Linux the two names are exchanged in one call. Elsewhere two renames leave an instant without ``current``.
    """
    if not current.exists():
        new.rename(current)
        return None
    if _exchange(new, current):
        return new
    aside = new.with_name(new.name + _ASIDE)
    try:
        current.rename(aside)
        new.rename(current)
    except BaseException:  # Ctrl-C as well
        put_back(current, new.name)
        raise
    return aside


def put_back(current: Path, beside: str) -> None:
    """Where a swap ended between its two renames, rename the old folder back: it holds files that no build made.
    ``beside`` is how the names of new folders begin."""
    if not os.path.lexists(current):
        for aside in current.parent.glob(f"{glob.escape(beside)}*{_ASIDE}"):
            aside.rename(current)
            return


def _exchange(first: Path, second: Path) -> bool:
    """Exchange two names at once; False where the system or the file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if os.name == "posix" else None
    if renameat2 is None:
        return False
    arguments = (_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if renameat2(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(second))
