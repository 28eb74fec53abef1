"""Tells of changed files as soon as the operating system does, in the shape that livereload's server asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tornado.ioloop import IOLoop
from watchfiles import watch

from appealsite.read.inputs import FOLDERS

STEP = 10  # milliseconds without another change after which changes are told
AGAIN = 1.0  # seconds until the next try where the system lets us watch nothing
LONGEST = 200  # milliseconds after which they are told in any case
LOOK = 1000  # milliseconds after which it is seen that a folder is another one
BEGUN = 0.2  # seconds after which the system certainly watches


class Watcher:
    """Runs beside the server's loop and calls ``changed`` on it with the names of files and folders."""

    def __init__(self, root: Path, changed: Callable[[set[str]], None]) -> None:
        self._root = root
        self._changed = changed
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        # What livereload's server asks of a watcher.
        self.filepath: str | None = None
        self._tasks = {"watched": "by the operating system"}
        self._changes: list[object] = []

    def start(self, _poll: Callable[[], None]) -> bool:
        """Begin; True says that nobody has to ask for changes."""
        loop = IOLoop.current()
        self._thread = threading.Thread(target=self._run, args=(loop,), name="watcher", daemon=True)
        self._thread.start()
        return True

    def examine(self) -> tuple[None, None]:
        """Nothing: changes are told when they happen."""
        return None, None

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def _run(self, loop: IOLoop) -> None:
        while not self._stop.is_set():
            try:
                self._watch(loop)
            except (OSError, RuntimeError):  # a folder that nobody can look into, a name that is not UTF-8
                loop.add_callback(self._changed, set(FOLDERS))
                self._stop.wait(AGAIN)

    def _watch(self, loop: IOLoop) -> None:
        """Watch the folders as long as they are the same ones: what takes the place of one is not watched by itself."""
        folders = self._folders()
        base = len(str(self._root)) + 1
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=LONGEST,
            step=STEP,
            stop_event=self._stop,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if changes:
                loop.add_callback(self._changed, {path[base:].replace("\\", "/") for _, path in changes})
            if self._folders() != folders:
                loop.add_callback(loop.call_later, BEGUN, self._changed, set(FOLDERS))
                return

    def _folders(self) -> dict[str, tuple[int, int]]:
        """The folders that are there, and what the system knows each by."""
        found: dict[str, tuple[int, int]] = {}
        for folder in (self._root / name for name in FOLDERS):
            if folder.is_dir():
                status = folder.stat()
                found[str(folder)] = status.st_dev, status.st_ino
        return found
