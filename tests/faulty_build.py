"""A build in which the system fails at a chosen step: ``python -m tests.faulty_build ROOT TARGET STEP ACTION [JOBS]``.

A step is any call that creates, links, renames or removes something below ROOT or beside TARGET. ACTION is ``kill``
(SIGKILL), or an errno's name such as ``ENOSPC`` that the call, and every later one, fails with. ``count`` prints how
many steps an undisturbed build takes.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = {"os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"}


class Faults:
    """Counts the steps and fails at the chosen one."""

    def __init__(self, places: tuple[str, ...], step: int, action: str) -> None:
        self.places = places
        self.step = step
        self.action = action
        self.count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
            if not flags & WRITING:
                return
        elif event not in EVENTS:
            return
        if not any(str(argument).removeprefix("file://").startswith(self.places) for argument in arguments[:2]):
            return
        self.count += 1
        if self.action == "kill" and self.count == self.step:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.action.startswith("E") and self.count >= self.step:
            code = getattr(errno, self.action)
            raise OSError(code, os.strerror(code))


def main(root: str, target: str, step: str, action: str, jobs: str = "1") -> int:
    """Build and fail as told; the exit status of the build."""
    from appealsite.build import Options, build
    from appealsite.problems import ProblemsFound

    faults = Faults((root + "/", str(Path(target).parent) + "/"), int(step), action)
    sys.addaudithook(faults)
    try:
        build(Path(root), Path(target), Options(jobs=int(jobs)))
    except ProblemsFound as found:
        sys.stderr.write("\n".join(map(str, found.problems)) + "\n")
        return 1
    if action == "count":
        sys.stdout.write(str(faults.count))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
