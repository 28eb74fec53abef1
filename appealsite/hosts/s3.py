"""Object stores with Amazon's protocol: a list of what to upload and how, as an object's metadata is all that it has.

A redirect is an object with a location, which website endpoints follow; its body is a redirect page for endpoints that
do not: https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html. An object store sends no
security headers, so pages carry the policy; a content network before it can send the headers, which the list has too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from appealsite.hosts.addresses import encoded
from appealsite.hosts.headers import SHORT, cache_time
from appealsite.hosts.host import DEPLOY, Built, Host, megabytes
from appealsite.hosts.redirect_pages import redirect_pages
from appealsite.hosts.types import content_type
from appealsite.plan.urls import file_of

UPLOADS = f"{DEPLOY}/s3.json"
MOST_BYTES_IN_KEY = 1_024  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MOST_BYTES_AT_ONCE = 5 * 1024**3  # https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html
Entry = dict[str, str]


def entry_of(name: str) -> Entry:
    """What goes with a file: its key, type and cache time."""
    return {"key": name, "content_type": content_type(name), "cache_control": cache_time(name)}


def _files(built: Built) -> dict[str, bytes]:
    pages = redirect_pages(built)
    moved = {file_of(old): encoded(new) for old, new in built.redirects.moved}
    entries = {name: entry_of(name) for name in built.sizes}
    for name in pages:
        entries[name] = {**entry_of(name), "cache_control": SHORT, "website_redirect_location": moved[name]}
    lines = ",\n".join(json.dumps(entries[name], ensure_ascii=False) for name in sorted(entries))
    headers = json.dumps(dict(built.headers), ensure_ascii=False)
    return {**pages, UPLOADS: f'{{"headers": {headers},\n"objects": [\n{lines}\n]}}\n'.encode()}


def _limits(built: Built, files: Mapping[str, bytes]) -> Iterator[str]:
    for name in sorted({*built.sizes, *files}):
        if len(name.encode()) > MOST_BYTES_IN_KEY:
            yield f"the key {name[:60]}... has {len(name.encode()):,} bytes; S3 takes {MOST_BYTES_IN_KEY:,}"
    for name, size in sorted(built.sizes.items()):
        if size > MOST_BYTES_AT_ONCE:
            yield f"{name} has {megabytes(size)}; S3 takes {megabytes(MOST_BYTES_AT_ONCE)} in one upload"


S3 = Host("s3", sends_headers=False, serves="itself", files=_files, limits=_limits)
