"""nginx: a configuration to include in a ``server`` block (https://nginx.org/en/docs/).

It lies in ``site/.deploy``, so that it always fits the site it came with. It refuses to serve anything whose name
begins with a dot, itself among them. Addresses, certificates and where the site lies are the machine's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from appealsite.hosts.addresses import encoded
from appealsite.hosts.headers import FOREVER, SHORT, Header
from appealsite.hosts.host import DEPLOY, Built, Host, no_limits
from appealsite.hosts.types import content_type
from appealsite.plan.urls import FOREVER_FOLDERS, file_of

CONFIGURATION = f"{DEPLOY}/nginx.conf"
BROTLI = f"{DEPLOY}/nginx-brotli.conf"
_TEXT_TYPES = (
    "text/css text/plain text/xml text/javascript application/javascript application/json application/xml "
    "application/manifest+json image/svg+xml"
)
_TOP = """\
# Written by build.py for nginx: include this file in the server block of the site, whose root is the folder above this.
charset utf-8;
server_tokens off;
absolute_redirect off;
index index.html;
error_page 403 404 =404 /404.html;
error_page 410 /404.html;

# A page has one address.
if ($request_uri ~ "^((?:/[^/?]+)*/)index\\.html(?:\\?.*)?$") { return 301 $1; }
"""

_BROTLI = """\
# Include this as well where nginx has its brotli module (Debian: libnginx-mod-http-brotli-static).
brotli_static on;
"""


def _files(built: Built) -> dict[str, bytes]:
    short = _headers((*built.headers, ("Cache-Control", SHORT)))
    parts = [
        _TOP,
        _headers(built.headers, indent=""),
        _compression(built.compressed),
        f"location / {{\n    try_files $uri $uri.html $uri/ =404;\n{short}}}",
    ]
    parts.append(f"location = /404.html {{\n    internal;\n{short}}}\nlocation = /404 {{ return 404; }}")
    manifest = content_type("site.webmanifest").partition(";")[0]
    parts.append(f"location = /site.webmanifest {{\n    types {{ }}\n    default_type {manifest};\n{short}}}")
    forever = _headers((*built.headers, ("Cache-Control", FOREVER)))
    parts += [f"location ^~ /{folder}/ {{\n{forever}}}" for folder in FOREVER_FOLDERS]
    parts.append("# Domain checks may be answered; nothing else with a dot is a visitor's.")
    parts.append("location ^~ /.well-known/ { }\nlocation ~ /\\. { return 404; }")
    if built.compressed:
        parts.append("location ~ \\.(?:br|gz)$ { return 404; }")
    parts += _moves(built)
    files = {CONFIGURATION: ("\n".join(parts) + "\n").encode()}
    if built.compressed:
        files[BROTLI] = _BROTLI.encode()
    return files


def _headers(headers: tuple[Header, ...], indent: str = "    ") -> str:
    """Sent with errors too; a location that adds one header inherits none, so each names all."""
    return "".join(f'{indent}add_header {name} "{value}" always;\n' for name, value in headers)


def _compression(beforehand: bool) -> str:
    if beforehand:
        return "gzip_static on;\ngzip_vary on;\n"
    return f"gzip on;\ngzip_vary on;\ngzip_proxied any;\ngzip_comp_level 6;\ngzip_types {_TEXT_TYPES};\n"


def _moves(built: Built) -> Iterator[str]:
    """Redirects and what is gone, with and without the final slash where no page has the other form."""
    answers = {old: f"return 301 {_quoted(encoded(new))}" for old, new in built.redirects.moved}
    answers |= dict.fromkeys(built.redirects.gone, "return 410")
    for old, answer in list(answers.items()):
        other = old.rstrip("/") if old.endswith("/") else old + "/"
        if other not in answers and file_of(other) not in built.sizes and other:
            answers[other] = answer
    for old, answer in sorted(answers.items()):
        yield f"location = {_quoted(unquote(old))} {{ {answer}; }}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


NGINX = Host("nginx", sends_headers=True, serves="siblings", files=_files, limits=no_limits)
