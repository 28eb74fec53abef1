"""A ``.br`` and a ``.gz`` beside each text file, for servers that send what was compressed beforehand."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from appealsite.kept import Kept
from appealsite.publish.output import Output

ENDINGS = (".br", ".gz")
_BATCH = 128


def brotli_is_installed() -> bool:
    """Whether the extra ``compress`` is here."""
    try:
        import brotli  # noqa: F401
    except ImportError:
        return False
    return True


def siblings_of(names: Iterable[str]) -> set[str]:
    """The names of the compressed files beside these."""
    return {name + ending for name in names for ending in ENDINGS}


def write_siblings(output: Output, names: Sequence[str], kept: Kept, jobs: int) -> set[str]:
    """Compress these files of the new folder on ``jobs`` cores; the siblings that differ from the old site's.

    Both libraries let go of the interpreter while they work, so threads use all cores.
    """
    from concurrent.futures import ThreadPoolExecutor

    import brotli

    brotli_key = f"br {brotli.version} ".encode()
    gzip_key = f"gz {zlib.ZLIB_RUNTIME_VERSION} ".encode()
    ways: tuple[tuple[str, bytes, Callable[[bytes], bytes]], ...] = (
        (".br", brotli_key, partial(_brotli, brotli)),
        (".gz", gzip_key, partial(gzip.compress, compresslevel=9, mtime=0)),
    )

    def compress(batch: Sequence[str]) -> list[str]:
        changed = []
        for name in batch:
            data = output.read(name)
            digest = hashlib.blake2b(data, digest_size=16).digest()
            for ending, key, way in ways:
                small = kept.get(name + ending, key + digest)
                if small is None:
                    small = way(data)
                    kept.put(name + ending, key + digest, small)
                if output.write(name + ending, small):
                    changed.append(name + ending)
        return changed

    size = max(1, min(_BATCH, len(names) // (jobs * 4)))
    batches = [names[at : at + size] for at in range(0, len(names), size)]
    with ThreadPoolExecutor(jobs) as pool:
        return {name for changed in pool.map(compress, batches) for name in changed}


def _brotli(brotli: Any, data: bytes) -> bytes:
    small: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=11)
    return small
