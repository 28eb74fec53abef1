"""A planned page: one plain value that holds everything its template may read."""

from __future__ import annotations

from zlib import crc32

from appealsite.read.text import Chunk
from appealsite.values import Digested, Said, checksum_of, digest_of, digests, value

DEFAULT_LAYOUT = "block.html"

# The fields of a page that hardly two pages share. Other lists are the same object on pages that show the same.
OF_ONE_PAGE = frozenset(
    {
        "url", "canonical", "file", "title", "heading", "description", "sections", "ancestors", "crumb", "contents",
        "groups", "parts", "structured",
    }
)  # fmt: skip


@value
class Link(Digested):
    """A link within the site: its text and root-relative address."""

    text: str
    url: str

    def __post_init__(self) -> None:
        """Take the digest of both."""
        self.digest = digest_of((self.text, self.url))


@value
class LinkGroup(Digested):
    """Links under one heading; ``url`` is where the heading itself leads, or empty."""

    title: str
    url: str
    links: tuple[Link, ...]

    def __post_init__(self) -> None:
        """Put together all that it shows; its titles are short."""
        start = f"{self.title}\0{self.url}\0{len(self.links)}\0"
        self.digest = start.encode() + digests(self.links)


@value
class Filled:
    """A chunk of Markdown with the values of its placeholders on this page."""

    chunk: Chunk
    values: tuple[str, ...]


@value
class Section(Said):
    """One block as it stands on this page: its template and its text, which is empty where only the layout fills it."""

    name: str
    title: str
    layout: str
    body: tuple[Filled, ...]
    path: str  # of the Markdown file, for messages; empty without one
    shared: bool  # whether other pages may show the very same block

    def __post_init__(self) -> None:
        """Take both; a word that was written out is the same content as one that was looked up."""
        whole: list[object] = [self.name, self.title, self.layout, self.path, self.shared]
        said = [f"{self.name}\0{self.title}".encode()]
        for filled in self.body:
            chunk, values = filled.chunk, filled.values
            whole += chunk.digest, values
            said.append(chunk.pieces[0])
            for text, piece in zip(values, chunk.pieces[1:]):
                said += text.encode(), piece
        self.digest = digest_of(whole)
        self.content = crc32(b"".join(said))


@value
class SourceView(Said):
    """An entry of the page's list of sources, its dates written out. Looking a source up again is no new content."""

    slug: str
    title: str
    publisher: str
    url: str
    kind: str
    checked: str
    how: str
    dated: str
    status: str  # how far it was checked, as a sentence without its end; empty where the site's common status holds

    def __post_init__(self) -> None:
        """Take both."""
        content = (self.slug, self.title, self.publisher, self.url, self.kind, self.how, self.dated)
        self.digest = digest_of((content, self.checked, self.status))
        self.content = checksum_of(content)


@value
class Fact:
    """A label and what is said under it."""

    label: str
    text: str


@value
class PlanRow:
    """The appeal rules of one kind of plan, in words, for the table of rights."""

    slug: str
    address: str  # its part of an address
    name: str
    recognise: str
    until: str
    note: str
    law: str
    deadline: str
    deadline_note: str
    answers: tuple[Fact, ...]
    levels: str
    outside: tuple[Fact, ...]
    ongoing: str
    claim_file: str
    sources: tuple[SourceView, ...]
    help: tuple[SourceView, ...]


@value
class PhraseRow:
    """A reason with the words and codes of letters that may mean it; ``url`` is empty where it has no page."""

    slug: str
    name: str
    url: str
    phrases: tuple[str, ...]
    codes: tuple[Fact, ...]


@value
class ReviewView:
    """Somebody who reviewed what is written for a page alone; ``profile`` is empty where there is none."""

    name: str
    credentials: str
    profile: str
    date: str
    date_text: str


@value
class OfferView:
    """The paid offer."""

    title: str
    text: str
    list_price: str
    first_price: str
    code: str
    button: str
    url: str


@value
class SiteView:
    """What every page shows of the site itself."""

    name: str
    url: str
    language: str
    contact: str
    home: str
    index: str
    menu: tuple[Link, ...]
    offer: OfferView
    source_status: str = ""  # how far most sources were checked, as part of a sentence
    theme: str = ""  # colour of the browser's bar, light and dark
    theme_dark: str = ""
    policy: str = ""  # the Content-Security-Policy, where the host cannot send it as a header


@value
class Page:
    """A page ready to be rendered.

    ``url`` is root-relative, ``canonical`` absolute, ``file`` the path below ``site/``. ``checked`` is the newest date
    shown on the page on which a text or source was checked, as ISO date (``checked_text`` for readers), or empty.
    ``ancestors`` and ``crumb`` are the way here from the home page, ``contents`` the blocks that have a heading;
    ``contents_after`` names the block that the contents follow, or is empty where a page shows none.
    ``letters`` is where the addresses of letters for this kind of reason begin, or empty; ``gather`` what to collect
    for an appeal; ``phrases`` the words of letters, on the page that explains them. ``parts`` leads to all parts of a
    hub that has more than one. ``published`` and ``modified`` are the ISO dates on which the page was first published
    and its content last changed, ``digests`` are those of its content; empty for a draft, for the page of a missing
    address and for later parts of a hub.
    """

    kind: str
    url: str
    canonical: str
    file: str
    title: str
    heading: str
    description: str
    indexed: bool
    draft: bool
    payer: str
    service: str
    reason: str
    sections: tuple[Section, ...]
    ancestors: tuple[Link, ...]
    crumb: str
    contents: tuple[Link, ...]
    contents_after: str
    groups: tuple[LinkGroup, ...]
    parts: tuple[Link, ...]
    plans: tuple[PlanRow, ...]
    earliest: str
    letters: str
    gather: tuple[str, ...]
    phrases: tuple[PhraseRow, ...]
    sources: tuple[SourceView, ...]
    checked: str
    checked_text: str
    reviews: tuple[ReviewView, ...]
    published: str
    published_text: str
    modified: str
    modified_text: str
    digests: str
    image: str  # absolute address of the picture for link previews, empty without one
    image_alt: str
    structured: str  # schema.org data as JSON that may stand inside a script element
