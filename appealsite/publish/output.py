"""The folder ``site/``: made beside the old one, then swapped in whole, or thrown away with the old one untouched."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Self

from appealsite.aside import Aside
from appealsite.names import shown
from appealsite.problems import Mark, Problem, ProblemsFound, cannot_be_read, cannot_be_written
from appealsite.publish.by_hand import came_since, files_below, written_after
from appealsite.publish.exchange import put_back, swap_in
from appealsite.publish.manifest import BEHIND, MANIFEST, Manifest, read_behind, read_manifest, write_behind
from appealsite.publish.target import check_target
from appealsite.values import value

_FIXED = {errno.EBUSY, errno.EXDEV}  # what is mounted, or part of a layer of an image, cannot be renamed
_UMASK = 0o022  # everybody may read what is published, whatever the builder's own files are like


@value
class Writer:
    """Writes files of the new folder; a plain value, so that worker processes can hold one.

    A file whose bytes the old site already has is linked to it and keeps its time, so that a sync moves only changes.
    """

    staging: str
    current: str  # the old site, or empty
    linked: bool  # whether the staging folder began as a copy of the old site

    def write(self, name: str, data: bytes) -> bool:
        """Write one file; ``name`` is relative, with forward slashes. False where the old site has the same bytes."""
        path = f"{self.staging}/{name}"
        if self.current and _same_bytes(f"{self.current}/{name}", data):
            if not self.linked or not os.path.lexists(path):
                self._make_folder(path)
                _link_or_copy(f"{self.current}/{name}", path)
            return False
        try:
            handle = self._open(path)
        except (FileExistsError, NotADirectoryError):
            self._make_way(name)
            handle = self._open(path)
        try:
            left = data
            while left:
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)
        return True

    def _open(self, path: str) -> int:
        self._make_folder(path)
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)

    def _make_way(self, name: str) -> None:
        """Take away what a copy of the old site has in the place of a new file: a link, which is replaced and never
        written in place; a folder; or a file where the new one needs a folder, which another process may be making."""
        path = f"{self.staging}/{name}"
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except NotADirectoryError:
            for folder in Path(name).parents:
                with contextlib.suppress(OSError):
                    os.unlink(f"{self.staging}/{folder}")
        except OSError:
            if not os.path.isdir(path):
                raise
            shutil.rmtree(path)

    def _make_folder(self, path: str) -> None:
        """Make the folder of a file. Nearly every file has one of its own, so nobody keeps in mind which are there."""
        folder = path[: path.rfind("/")]
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass
        except OSError:  # its parent is missing, or nobody may write beside it
            os.makedirs(folder, exist_ok=True)


class Output:
    """One build's folder. Use as a context manager: ``commit`` swaps it in, anything else discards it.

    ``current`` is the manifest of the site that stands there, None without one. With ``apart``, what takes long for a
    large site is done by another process meanwhile.
    """

    def __init__(self, root: Path, target: Path, *, apart: bool = False) -> None:
        self.target = target
        self._began = time.time()
        with self._explained():
            put_back(target, self._prefix)
            self.current: Manifest | None = read_manifest(target)
            check_target(root, target, ours=self.current is not None)
        self._apart = apart
        self._survey = Aside(self._find, apart=apart and self.current is not None)
        self._linking: Aside[None] | None = None
        self._staging: Path | None = None
        self._writer: Writer | None = None
        self._linked = False

    @property
    def spoilt(self) -> frozenset[str]:
        """Files of the site that stands there which are no more as its build left them: gone, or written since."""
        return self._found[0]

    @property
    def _foreign(self) -> tuple[str, ...]:
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[frozenset[str], tuple[str, ...]]:
        with self._explained():
            return self._survey.result()

    def _find(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """What is spoilt in the site that stands there, and what no build made."""
        if self.current is None:
            return frozenset(), ()
        names, found = self.current.names, frozenset(files_below(self.target))
        spoilt = (names - found) | frozenset(written_after(MANIFEST, self.target, names & found))
        return spoilt, tuple(sorted(found - names - {MANIFEST}))

    def __enter__(self) -> Self:
        self._umask = os.umask(_UMASK)  # of the processes that are started from here on, too
        return self

    def __exit__(self, *_: object) -> None:
        os.umask(self._umask)
        self._survey.stop()
        if self._linking is not None:
            self._linking.stop()
        if self._staging is not None:
            shutil.rmtree(self._staging, ignore_errors=True)
        for leftover in self.target.parent.glob(f"{glob.escape(self._prefix)}*"):
            shutil.rmtree(leftover, ignore_errors=True)

    @property
    def _prefix(self) -> str:
        return f".{self.target.name}-new-"

    @property
    def _spare(self) -> Path:
        return self.target.with_name(f".{self.target.name}-spare")

    def prepare(self) -> None:
        """Say that a successor of the current site will be made. With no spare tree at hand, the files of the current
        one are linked into a new folder."""
        assert self.current is not None
        with self._explained():
            if read_behind(self._spare, self.current.build) is None:
                self._make_staging()
                self._linking = Aside(self._link_all, apart=self._apart)

    def begin(self, successor: bool) -> Writer:
        """Make the new folder: empty, or as a ``successor`` with all the files of the current site."""
        with self._explained():
            self._linked = successor and self.current is not None
            if self._linking is not None:
                self._linking.result()
            else:
                self._make_staging()
                if self._linked:
                    self._catch_up_spare()
        current = str(self.target) if self.current is not None else ""
        self._writer = Writer(str(self._staging), current, self._linked)
        return self._writer

    def _make_staging(self) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._staging = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self.target.parent))
        self._staging.chmod(0o755)

    def write(self, name: str, data: bytes) -> bool:
        """Write one file of the new folder; False where the old site has the same bytes."""
        assert self._writer is not None
        with self._explained():
            return self._writer.write(name, data)

    def read(self, name: str) -> bytes:
        """The bytes of a file of the new folder."""
        assert self._staging is not None
        with self._explained(), open(f"{self._staging}/{name}", "rb") as file:
            return file.read()

    def sizes(self, names: Iterable[str]) -> dict[str, int]:
        """The bytes of each of these files of the new folder, and of files in the site that no build made."""
        assert self._staging is not None
        with self._explained():
            found = {name: os.stat(f"{self._staging}/{name}").st_size for name in names}
            foreign = (name for name in self._foreign if not name.endswith("/"))
            return found | {name: os.lstat(f"{self.target}/{name}").st_size for name in foreign}

    def remove(self, names: Iterable[str]) -> None:
        """Take files out of a successor, and folders that are then empty."""
        assert self._staging is not None
        for name in sorted(names):
            path = self._staging / name
            with contextlib.suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
                path.unlink()
            for folder in (path, *path.parents):
                if folder == self._staging:
                    break
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def commit(self, build: str, names: Iterable[str], changed: Iterable[str]) -> None:
        """Swap the new folder in. ``names`` are all its files, ``changed`` those that differ from the old site."""
        assert self._staging is not None
        manifest = Manifest(build, frozenset(names))
        old = self.current
        with self._explained():
            self._keep_foreign(manifest)
            Writer(str(self._staging), "", linked=False).write(MANIFEST, manifest.encode())
            behind = swap_in(self._staging, self.target)
            self._staging = None
            if behind is not None:
                self._rescue(behind)
        if behind is None or old is None:
            return
        touched = set(changed) | (old.names ^ manifest.names) | self.spoilt
        with contextlib.suppress(OSError):  # the site stands; the old tree only saves the next build some time
            self._drop_spare()
            if len(touched) * 2 <= len(manifest.names):
                behind.rename(self._spare)
                write_behind(self._spare, build, touched | set(self._foreign))
                return
        shutil.rmtree(behind, ignore_errors=True)
        self._drop_spare()

    def _drop_spare(self) -> None:
        """Remove the spare tree; first what says which build it goes with, as half of it must never be staged."""
        with contextlib.suppress(OSError):
            (self._spare / BEHIND).unlink()
        shutil.rmtree(self._spare, ignore_errors=True)

    def _catch_up_spare(self) -> None:
        """Bring the tree of the build before the current one up to date and stage it; one of another user stays."""
        assert self._staging is not None
        assert self.current is not None
        touched = read_behind(self._spare, self.current.build)
        try:
            (self._spare / BEHIND).unlink()  # from here on only this build knows what state the spare is in
        except OSError:
            touched = None
        if touched is None:
            self._link_all()
            return
        self._staging.rmdir()
        self._spare.rename(self._staging)
        self.remove(touched)
        self._link(name for name in touched if name in self.current.names)

    def _link_all(self) -> None:
        assert self.current is not None
        self._drop_spare()
        self._link(self.current.names)

    def _link(self, names: Iterable[str]) -> None:
        folders: set[str] = set()
        for name in sorted(names):
            copy = f"{self._staging}/{name}"
            folder = copy[: copy.rfind("/")]
            if folder not in folders:
                os.makedirs(folder, exist_ok=True)
                folders.add(folder)
            try:
                _link_or_copy(f"{self.target}/{name}", copy)
            except OSError:
                if os.path.isfile(f"{self.target}/{name}"):  # else it is missing, and will be made again
                    raise

    def _keep_foreign(self, manifest: Manifest) -> None:
        """Files in the old site that no build made stand in the new one too."""
        assert self._staging is not None
        taken = sorted(filter(None, {self._in_the_way(name, manifest) for name in self._foreign}))
        if taken:
            message = "'{}' would be overwritten, and no build made it"
            mark = Mark(self.target.name)
            raise ProblemsFound([Problem(mark, message.format(shown(name)), "move it away") for name in taken])
        for name in self._foreign:
            copy = self._staging / name
            if name.endswith("/"):
                copy.mkdir(parents=True, exist_ok=True)
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.unlink(missing_ok=True)
            self._copy_foreign(name, copy)

    def _copy_foreign(self, name: str, copy: Path) -> None:
        try:
            shutil.copy2(self.target / name, copy, follow_symlinks=False)
        except FileNotFoundError:  # somebody has just taken it away
            pass
        except OSError as error:
            mark = Mark(f"{self.target.name}/{shown(name)}")
            message = f"cannot be carried over: {error.strerror or 'it is no file'}"
            raise ProblemsFound([Problem(mark, message, "no build made it; move it away")]) from error

    def _rescue(self, behind: Path) -> None:
        """Take over what somebody put into the old site while the new one was made; under another name where the new
        one has something in its place."""
        known = {MANIFEST, *self._foreign, *(self.current.names if self.current else ())}
        for name in list(came_since(self._began, behind, known)):
            place = self.target / name
            if name.endswith("/"):
                with contextlib.suppress(FileExistsError, NotADirectoryError):
                    place.mkdir(parents=True, exist_ok=True)
                continue
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                place = self.target / name.replace("/", "-")
            while os.path.lexists(place):
                place = place.with_name(f"{place.name}.kept")
            (behind / name).rename(place)

    def _in_the_way(self, name: str, manifest: Manifest) -> str:
        """What of somebody's own file or folder stands where a new file goes, or is a file where a new folder goes.
        Empty where nothing does."""
        bare = name.rstrip("/")
        at = bare.find("/")
        while at >= 0 and bare[:at] not in manifest.names:
            at = bare.find("/", at + 1)
        first = bare[:at] if at >= 0 else bare
        stands = first in manifest.names or (first == name and os.path.isdir(f"{self._staging}/{name}"))
        return first if stands else ""

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """An error of the system becomes a problem that names the folder, or what of the site cannot be read."""
        try:
            yield
        except OSError as error:
            problem = cannot_be_written(self.target.name or str(self.target), error)
            if str(error.filename).startswith(f"{self.target}/"):  # where nothing is written
                problem = cannot_be_read(shown(os.path.relpath(error.filename, self.target.parent)), error)
            elif error.errno in _FIXED:
                why = "it is mounted, or part of a container's image"
                problem = replace(problem, hint=f"{why}; name another folder, such as one inside it, with --output")
            raise ProblemsFound([problem]) from error


def _link_or_copy(path: str, new: str) -> None:
    """Make ``new`` a link to a file; a copy where none can be made, as on a memory stick or of another user's file."""
    try:
        os.link(path, new)
    except OSError:
        shutil.copy2(path, new)


def _same_bytes(path: str, data: bytes) -> bool:
    """Whether a file that everybody may read holds these bytes. One from a time to come, as after a clock was set back,
    is to be written anew: each build would take it for written since the last."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # a pipe is not waited for
    except OSError:
        return False
    try:
        status = os.fstat(handle)
        if status.st_size != len(data) or not stat.S_ISREG(status.st_mode) or not status.st_mode & stat.S_IROTH:
            return False
        if status.st_mtime > time.time():
            return False
        return os.read(handle, len(data) + 1) == data
    finally:
        os.close(handle)
