"""Which files a build made: a list kept in the folder itself, so that nothing else in it is ever taken for ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from appealsite.values import value

MANIFEST = ".appealsite"
BEHIND = ".appealsite-behind"
_HEADER = "Made by build.py; these are its files. Build "


@value
class Manifest:
    """A build's identity and the relative names of its files, without the manifest itself."""

    build: str
    names: frozenset[str]

    def encode(self) -> bytes:
        """The manifest as it is written."""
        return "\n".join([_HEADER + self.build, *sorted(self.names), ""]).encode()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a built folder; None where there is none."""
    lines = _parts(folder / MANIFEST, "\n")
    if not lines or not lines[0].startswith(_HEADER):
        return None
    return Manifest(lines[0].removeprefix(_HEADER), frozenset(filter(None, lines[1:])))


def read_identity(folder: Path) -> str:
    """The identity of the build in a folder, without reading its list; empty where there is none."""
    try:
        with (folder / MANIFEST).open(encoding="utf-8", errors="replace") as file:
            first = file.readline().rstrip("\n")
    except OSError:
        return ""
    return first.removeprefix(_HEADER) if first.startswith(_HEADER) else ""


def write_behind(spare: Path, build: str, names: Iterable[str]) -> None:
    """Note in the tree that was swapped out what the build that replaced it changed. Among the names are those of files
    that no build made, which hold any sign but the NUL that divides them here."""
    partial = spare / (BEHIND + ".part")
    partial.write_bytes("\0".join([build, *sorted(names), ""]).encode("utf-8", "surrogateescape"))
    partial.replace(spare / BEHIND)


def read_behind(spare: Path, build: str) -> tuple[str, ...] | None:
    """The names by which a spare tree differs from the site of ``build``; None where that is not known."""
    parts = _parts(spare / BEHIND, "\0")
    return tuple(filter(None, parts[1:])) if parts and parts[0] == build else None


def _parts(path: Path, divided_by: str) -> list[str]:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape").split(divided_by)
    except OSError:
        return []
