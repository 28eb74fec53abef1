"""All files of a site that are not pages: assets and icons, pictures, and what search engines and hosts read."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from appealsite.hosts.headers import policy, security_headers
from appealsite.hosts.host import Built, no_limits
from appealsite.make import Maker
from appealsite.plan.finder import FINDER
from appealsite.plan.pictures import picture_of_page
from appealsite.plan.record import NOT_FOUND
from appealsite.plan.urls import file_of
from appealsite.problems import Mark, Problem
from appealsite.read.layouts import MARK
from appealsite.read.site import SETTINGS
from appealsite.render.assets import hashed
from appealsite.render.discovery import discovery, discovery_names
from appealsite.render.icons import ICO, MANIFEST, favicon, web_manifest

Sizes = Callable[[Iterable[str]], dict[str, int]]


def shared_files(maker: Maker, entries: Iterable[str]) -> dict[str, bytes]:
    """Files that any host serves. ``entries`` are what was remembered of each page (``plan.history.entry_of``)."""
    settings, layouts = maker.site.settings, maker.site.layouts
    addresses = hashed(layouts.assets)
    files = {url.lstrip("/"): layouts.assets[name] for name, url in addresses.items()}
    files |= discovery(settings, entries)
    files[FINDER] = maker.plan.finder()
    mark = layouts.brand.get(MARK)
    if mark is not None:
        files[ICO] = favicon(mark, maker.kept("icons"))
        files[MANIFEST] = web_manifest(settings.name, settings.language, maker.design.colours, addresses)
    files.update((picture.file, maker.painter.png(picture)) for picture in maker.plan.shared_pictures())
    return files


def shared_names(maker: Maker, indexed: int) -> set[str]:
    """The names of those files, where search engines may index so many pages."""
    layouts = maker.site.layouts
    names = {url.lstrip("/") for url in hashed(layouts.assets).values()}
    names |= {*discovery_names(maker.site.settings, indexed), FINDER}
    names |= {ICO, MANIFEST} if MARK in layouts.brand else set()
    return names | {picture.file for picture in maker.plan.shared_pictures()}


def pictures_of(maker: Maker, pages: Iterable[str]) -> set[str]:
    """The pictures that were written together with these pages."""
    if maker.site.settings.share_images != "page":
        return set()
    return {picture_of_page(file, "").file for file in pages if file != file_of(NOT_FOUND)}


def host_files(maker: Maker, names: Iterable[str], sizes: Sizes, problems: list[Problem]) -> dict[str, bytes]:
    """What the host needs beside all other files, which have these ``names``; each limit it breaks is a problem."""
    host, settings = maker.host, maker.site.settings
    built = Built(
        url=settings.url,
        sizes=dict.fromkeys(names, 0) if host.limits is no_limits else sizes(names),
        redirects=maker.plan.redirects,
        headers=security_headers(settings.url, policy(maker.inline)),
        compressed=maker.compresses,
    )
    files = host.files(built)
    mark = Mark(f"--host {host.name}") if maker.order.host else maker.site.mark(SETTINGS, ("host",))
    problems += [Problem(mark, message, "see 'Hosts' in the README") for message in host.limits(built, files)]
    return files
