"""Any server of plain files: it sends no headers of ours and knows no redirects, so pages do both."""

from __future__ import annotations

from appealsite.hosts.host import Host, no_limits
from appealsite.hosts.redirect_pages import redirect_pages

PLAIN = Host("plain", sends_headers=False, serves="siblings", files=redirect_pages, limits=no_limits)
