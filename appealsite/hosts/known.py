"""The hosts by the names that data/site.yaml and ``--host`` give them."""

from __future__ import annotations

from appealsite.hosts.cloudflare_pages import CLOUDFLARE_PAGES
from appealsite.hosts.github_pages import GITHUB_PAGES
from appealsite.hosts.host import Host
from appealsite.hosts.netlify import NETLIFY
from appealsite.hosts.nginx import NGINX
from appealsite.hosts.plain import PLAIN
from appealsite.hosts.s3 import S3
from appealsite.read.models import HostName

HOSTS: dict[HostName, Host] = {
    "plain": PLAIN,
    "netlify": NETLIFY,
    "cloudflare-pages": CLOUDFLARE_PAGES,
    "github-pages": GITHUB_PAGES,
    "s3": S3,
    "nginx": NGINX,
}
