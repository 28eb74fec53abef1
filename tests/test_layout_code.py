"""Layouts may use all of Jinja: what they put out is what Jinja's own code would, as bytes."""

from __future__ import annotations

import tracemalloc

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from appealsite.plan.page import Link, LinkGroup, OfferView, SiteView
from appealsite.problems import Mark, Problem, ProblemsFound
from appealsite.render.code import encoded
from appealsite.render.context import ShownSection
from appealsite.render.templates import Templates
from tests.changed_values import changed, page

TITLE = "Norm & \"Oak\" 'n' <b>é €"
PARTS = {
    "part.html": "<i>{{ page.title }}</i>",
    "frame.html": "<main>{% block inner %}nothing{% endblock %}</main>",
    "item.html": "<li>{{ item.text }}</li>",
    "word.html": "<q>{{ item }}</q>",
    "maybe.html": "{% if item.links is sequence %}{{ item.url }}{% endif %}{% set x = item.text %}{{ x | default(0) }}",
    "loops.html": "{{ loop is defined }}{{ _all_items | default('none') }}{{ item.text | default('x') }}",
    "code.html": "<style>{{ css }}</style>",
    "block.html": "{{ section.html }}",
    "macros.html": "{% macro bold(text) %}<b>{{ text }} é</b>{% endmacro %}",
    "asks.html": "{% macro there() %}{{ page is defined }}{% endmacro %}",
    "sets.html": "{% set text = item.text %}<li>{{ text }}</li>",
    "active.html": "<nav>{{ active }}</nav>",
    "tools.html": "{% macro bold(text) %}<b>{{ text }}</b>{% endmacro %}{% block inner %}{% endblock %}",
    "scoped.html": "{% for link in page.contents %}{% block one scoped %}{% endblock %}{% endfor %}",
    "titled.html": "{% macro titled() %}<b>{{ page.title }} é</b>{% endmacro %}",
}
LAYOUTS = (
    "<p>{{ page.title }} {{ page.heading }}</p>",
    "{% if page.draft %}draft{% else %}é {{ page.title }}{% endif %}",
    "{% set name = page.title %}<p>{{ name }}</p>",
    "{% set name %}<b>{{ page.title }}</b> €{% endset %}<p>{{ name }}</p>{{ name }}",
    "{% set name %}a {% include 'part.html' %} b{% endset %}<p>{{ name }}</p>",
    "{% macro bold(text) %}<b>{{ text }}</b> é{% endmacro %}<p>{{ bold(page.title) }}</p>",
    "{% macro around() %}<b>{{ caller() }}</b>{% endmacro %}{% call around() %}{{ page.title }} €{% endcall %}",
    "{% filter upper %}{{ page.title }} é{% endfilter %}",
    "{% filter upper %}{% include 'part.html' %}{% endfilter %}",
    "{% for group in page.groups %}{{ loop.index }}: {{ group.title }}{% else %}none{% endfor %}",
    "{% for link in page.contents recursive %}{{ link.text }}"
    "{% if loop.depth < 2 %}{{ loop([link]) }}{% endif %}{% endfor %}",
    "{% include 'part.html' %}{% include ['missing.html', 'part.html'] %}{% include 'missing.html' ignore missing %}",
    "{% extends 'frame.html' %}{% block inner %}{{ page.title }} {{ super() }}{% endblock %}",
    "{% block one %}{{ page.title }}{% endblock %}{% block two %}{{ self.one() }}{% endblock %}",
    "{% with text = page.title %}{{ text }} {{ text | replace('N', '&') }}{% endwith %}",
    "{{ page.title ~ '<' }}{{ '<' }}{{ page.title | length }}{{ page.draft }}{{ none }}",
    "{{ page['title'] }}{{ page.contents[0].text }}",
    "{% macro section() %}{{ page.title }}{% endmacro %}{{ section() }}",
    "{% macro site(text, end='&') %}{{ text }}{{ end }}{% endmacro %}{{ site(page.title) }}{{ site('é', '<') }}",
    "{% set name | upper %}{{ page.title }}{% endset %}{{ name }}",
    "{% macro each(items) %}{% for one in items %}{{ caller(one) }};{% endfor %}{% endmacro %}"
    "{% call(link) each(page.contents) %}{{ link.text }} {{ page.title }}{% endcall %}",
    "{% import 'macros.html' as section %}{{ section.bold(page.title) }}",
    "{% from 'macros.html' import bold, bold as item %}{{ bold(page.title) }}{{ item('é') }}",
    "{% from 'titled.html' import titled with context %}{{ titled() }}",
    "{% block class %}{{ page.title }}{% endblock %}{{ self.class() }}",
    "{% macro again() %}{{ self.one() }}{% endmacro %}{% block one %}{{ page.title }}{% endblock %}{{ again() }}",
    "{% extends 'active.html' %}{% set active = page.title %}",
    "{% extends 'tools.html' %}{% block inner %}{{ bold(page.title) }}{{ late }}{% endblock %}{% set late = '&' %}",
    "{% extends 'scoped.html' %}{% block one %}{{ link.text }}{% endblock %}",
    "{% macro twice(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ twice(page.title) }}",
    "{% macro one() %}{{ two() }}{% endmacro %}{% macro two() %}{{ page.title }}{% endmacro %}{{ one() }}",
    "{% if other is defined %}a{% endif %}{% if page is undefined %}b{% endif %}{{ other | default(page.title) }}",
    "{% set words = {'a': page.title, 'title': '<'} %}{{ words.a }}{{ words.title }}",
    "{% for words in [{'title': page.title}] %}{{ words.title }}{% endfor %}",
    "{% macro named() %}{{ kwargs.title }}{{ varargs[0] }}{% endmacro %}{{ named('&', title=page.title) }}",
    "{{ [{'a': page.title}, {'a': '<'}] | join(', ', attribute='a') }}{{ [['x', 'y']] | join(',', attribute=1) }}",
    "{{ page.contents | groupby('text') | join(', ', attribute='grouper') }}{{ page.contents | join('&', 'text') }}",
    "{{ '%(a)s' % {'a': page.title, 'b': page.contents} }}",
    "{% if section is defined %}a{% else %}b{% endif %}{{ section | default('x') }}{{ page is defined }}",
    "{% import 'asks.html' as asks %}{{ asks.there() }}",
    "{% for item in [{'text': 'x'}] %}{% include 'sets.html' %}{% endfor %}",
    "{% set item = {'text': '<'} %}{% include ['nope.html', 'item.html'] %}",
    "{% for link in page.contents recursive %}{{ link.text }}"
    "{% if loop.depth < 2 %}{{ loop([{'text': 'x'}]) }}{% endif %}{% endfor %}",
    "{{ page.title.other is defined }}{{ page.title.other | default('x') }}",
    "{% block content %}{{ page.title }}{% endblock %}{{ self.content() }}{{ {'content': 3}['content'] }}",
    "{% for group in page.groups %}{% for link in group.links %}{{ link.text }}{{ link.url }}{% endfor %}{% endfor %}",
)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bytes_say_what_the_text_of_jinja_says(layout: str) -> None:
    sources = {**PARTS, "page.html": layout}
    problems: list[Problem] = []
    templates = Templates(sources, problems)
    templates.share({})
    assert not problems
    render = templates.renderer("page.html")
    plain = Environment(autoescape=True, undefined=StrictUndefined, loader=DictLoader(sources))
    for one in (changed(page(), title=TITLE), changed(page(), title="other"), changed(page(), groups=(), draft=True)):
        assert render({"page": one}).decode() == plain.get_template("page.html").render(page=one)


@pytest.mark.parametrize(
    "layout",
    [
        "{{ css }}{{ css | safe }}{{ css ~ page.title }}{{ (css or page.title) | safe }}",
        "{% set text = css if page.title else '' %}{{ text | upper }}{{ css | length }}",
        "{% macro box(title, html) %}{{ title }}{{ html }}{{ html | safe }}{{ html ~ '&' }}{% endmacro %}"
        "{{ box(page.title, sections[0].shown) }}",
        "{{ sections | map(attribute='shown') | join('&') }}{{ sections[0]['shown'] | safe }}",
        "{{ (sections | first).shown | replace('b', 'i') }}{% for one in sections %}{{ one.shown | trim }}{% endfor %}",
        "{{ '%s-%s' | format(css, page.title) }}{{ [css, page.title] | join }}",
        "{{ page.contents | each('item.html') | upper }}{{ page.contents | each('item.html') ~ '&' }}",
        "{{ [{'text': page.title}, {'text': '<'}] | each('item.html') }}{{ ['a'] | each('word.html') }}",
        "{% set links = [{'text': css}] %}{{ links | each('item.html') }}",
        "{{ (page.contents + page.groups) | each('maybe.html') }}{{ (page.groups + ('a',)) | each('maybe.html') }}",
        "{{ page.contents | each('loops.html') }}{{ ['a', {'text': '<'}] | each('loops.html') }}",
        "{{ css | first }}{{ css | list | length }}{{ css[0] }}{% for one in css %}{{ one }}.{% endfor %}",
        "{{ '%s' % css }}{{ '%s%s' % (css, page.title) }}{{ 'axb' | replace('x', css) }}{{ [1, 2] | join(css) }}",
        "{{ css.upper() }}{{ css is string }}{% if '<b' in css %}y{% endif %}{{ css + 'x' }}{{ css.split('é')[0] }}",
        "{{ css | reverse }}{{ [css, 'z'] | sort | join }}{{ css | urlencode }}{{ css | tojson }}{{ 7 % 4 }}",
    ],
)
def test_finished_html_is_text_to_all_that_does_more_with_it_than_put_it_out(layout: str) -> None:
    sources = {**PARTS, "page.html": layout}
    problems: list[Problem] = []
    templates = Templates(sources, problems)
    templates.share({})
    plain = Environment(autoescape=True, undefined=StrictUndefined, loader=DictLoader(sources))
    plain.filters["each"] = lambda items, name: Markup(
        "\n".join(plain.get_template(name).render(item=one) for one in items)
    )
    one, html = changed(page(), title=TITLE), "<b>é €</b>"
    given = {"css": html.encode(), "sections": [ShownSection("a", html.encode())]}
    as_text = {"css": Markup(html), "sections": [{"shown": Markup(html)}]}
    expected = plain.get_template("page.html").render(page=one, **as_text)
    assert templates.renderer("page.html")({"page": one, **given}).decode() == expected
    assert not problems


@pytest.mark.parametrize(
    "layout",
    [
        "{% extends 'frame.html' %}{% block inner %}{{ section.html }}{% endblock %}",
        "{% include 'part.html' %}{{ section.html }}",
        "{% from 'bold.html' import bold with context %}{{ bold() }}",
    ],
)
def test_what_another_template_reads_of_the_page_is_known_or_known_to_be_unknown(layout: str) -> None:
    others = {"frame.html": "{{ page.title }}{% block inner %}{% endblock %}", "page.html": "{{ page.title }}"}
    bold = "{% macro bold() %}<b>{{ page.title }}</b>{% endmacro %}"
    templates = Templates({**PARTS, **others, "bold.html": bold, "blocks/own.html": layout}, [])
    templates.share({})
    reads = templates.reads("blocks/own.html")
    assert reads is None or reads == {"title"}


SHARED_LISTS = (
    "{% for link in site.menu %}{{ [link] | each('item.html') }}{% endfor %}",
    "{% for link in site.menu %}{% if link == site.menu[0] %}first {% endif %}{{ link.text }}{% endfor %}",
    "{% for link in site.menu %}{{ link['text'] }}{{ link.url }}{{ link in page.contents }}{% endfor %}",
    "{% for sections in site.menu %}{{ sections['text'] }} {{ sections.url }}{% endfor %}",
    "{% for link in site.menu %}{% include 'part.html' %}{{ link.text }}{% endfor %}",
    "{% for link in site.menu %}<a{% if page.url == link.url %} class=here{% endif %}>{{ link.text }}</a>{% endfor %}",
    "{% for link in site.menu %}{% for link in page.contents %}{{ link.text }}{% endfor %}{{ link.url }}{% endfor %}",
    "{% for link in site.menu %}{{ loop.index }}: {{ link.text }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for link in site.menu if link.url != page.url %}{{ link.text }}{% else %}none{% endfor %}",
    "{% for link in site.menu %}{% set name = link.text %}{{ name }}{% for other in site.menu %}{{ link.url }} "
    "{{ other.url }}{% endfor %}{% endfor %}{% for link in page.contents %}{{ link.text }}{% endfor %}",
    "{{ site.menu | each('item.html') }}|{{ page.contents | each('item.html') }}",
)


@pytest.mark.parametrize("layout", SHARED_LISTS)
def test_lists_that_all_pages_show_are_written_in_once_and_say_the_same(layout: str) -> None:
    sources = {**PARTS, "page.html": layout}
    menu = (Link(TITLE, "/a/"), Link("other", "/b/"))
    site = SiteView("name", "url", "en", "contact", "/", "/help/", menu, OfferView("", "", "", "", "", "", ""))
    problems: list[Problem] = []
    templates = Templates(sources, problems)
    templates.share({"site": site})
    render = templates.renderer("page.html")
    plain = Environment(autoescape=True, undefined=StrictUndefined, loader=DictLoader(sources))
    item = plain.get_template("item.html")
    plain.filters["each"] = lambda items, _: Markup("\n".join(item.render(item=one) for one in items))
    for url in ("/a/", "/c/"):
        one = changed(page(), url=url, contents=(Link("first", "#first"), Link("second", "#second")))
        assert render({"page": one}).decode() == plain.get_template("page.html").render(page=one, site=site)
    assert not problems


@pytest.mark.parametrize(
    "item",
    [
        "",
        "{{ item.text }}",
        "{% set text = item.text %}{{ text }}{% if item.url == '/a/' %}{% set text = '&' %}{% endif %}{{ text }}",
        "{% if item.url == '/a/' %}{{ item.text | upper }}{% else %}<b>{{ item.url }}</b>{% endif %}",
        "{% macro bold(text) %}<b>{{ text }} é</b>{% endmacro %}{{ bold(item.text) }}",
        "{% include 'part.html' %}{{ item.url }}",
        "{% extends 'frame.html' %}{% block inner %}{{ item.text }}{% endblock %}",
        "{% for item in [item.url] %}{{ item }}{% endfor %}{{ item.text }}",
        "{% with item = item.url %}{{ item }}{% endwith %}{% filter upper %}{{ item.text }}{% endfilter %}",
    ],
)
def test_the_items_of_lists_say_the_same_one_by_one_and_all_at_once(item: str) -> None:
    frame = "{% block inner %}{% endblock %}"
    sources = {"part.html": "{{ item.text }}é", "frame.html": frame, "item.html": item}
    sources["page.html"] = "{% for group in page.groups %}{{ group.links | each('item.html') }}|{% endfor %}"
    links = Link(TITLE, "/a/"), Link("second", "/b/"), Link("", "/c/")
    lists = links[:1], links[:2], (links[2], links[0], links[2]), ()
    one = changed(page(), groups=tuple(LinkGroup("", "", listed) for listed in lists))
    templates = Templates(sources, [])
    templates.share({})
    plain = Environment(autoescape=True, loader=DictLoader(sources)).get_template("item.html")
    expected = "".join("\n".join(plain.render(item=link) for link in listed) + "|" for listed in lists)
    for _ in range(2):
        assert templates.renderer("page.html")({"page": one}).decode() == expected


@pytest.mark.parametrize(
    ("frame", "layout"),
    [
        ("{% set site = {'name': 'Other'} %}{% block inner %}{% endblock %}", "{{ site.name }}"),
        ("{% for site in page.contents %}{% block inner scoped %}{% endblock %}{% endfor %}", "{{ site.text }}"),
    ],
)
def test_what_a_template_binds_is_what_one_reads_that_extends_it(frame: str, layout: str) -> None:
    sources = {
        "frame.html": frame,
        "page.html": "{% extends 'frame.html' %}{% block inner %}" + layout + "{% endblock %}",
    }
    templates = Templates(sources, [])
    site = SiteView("name", "url", "en", "contact", "/", "/help/", (), OfferView("", "", "", "", "", "", ""))
    templates.share({"site": site})
    plain = Environment(autoescape=True, loader=DictLoader(sources)).get_template("page.html")
    one = changed(page(), contents=(Link(TITLE, "/a/"), Link("other", "/b/")))
    assert templates.renderer("page.html")({"page": one}).decode() == plain.render(page=one, site=site)


def test_items_that_know_of_others_are_shown_with_them_and_know_of_them_no_more() -> None:
    sources = {"item.html": "<{{ item.text }}>", "page.html": "{{ page.contents | each('item.html') }}"}
    templates = Templates(sources, [])
    templates.share({})
    links = [Link("a", "/a/"), Link("b", "/b/"), Link("c", "/c/")]
    beside = links[:2]
    for one in beside:
        one._beside = beside
    render = templates.renderer("page.html")
    assert render({"page": changed(page(), contents=(links[2], links[1]))}) == b"<c>\n<b>"
    assert links[0]._made[1] == b"<a>"
    assert not beside
    assert render({"page": changed(page(), contents=tuple(links))}) == b"<a>\n<b>\n<c>"


def test_what_fails_for_another_item_fails_no_page_that_does_not_list_it() -> None:
    sources = {"item.html": "{{ (item.text ~ item.url)[1] }}", "page.html": "{{ page.contents | each('item.html') }}"}
    templates = Templates(sources, [])
    templates.share({})
    sound, faulty = Link("a", "/"), Link("", "b")
    sound._beside = faulty._beside = [sound, faulty]
    render = templates.renderer("page.html")
    assert render({"page": changed(page(), contents=(sound,))}) == b"/"
    with pytest.raises(UndefinedError):
        render({"page": changed(page(), contents=(sound, faulty))})


@pytest.mark.parametrize(
    "layout",
    [
        "{{ page.contents | map(attribute='_made') | join }}",
        "{{ (page.contents + page.contents)[0] | attr('_made') }}",
        "{{ page.contents[0]['_made'] }}",
        "{{ page.contents | map(attribute='__class__') | join }}",
        "{{ '{0._made}'['format'](page.contents[0]) }}",
        "{{ '{0.text}' | attr('format') }}",
    ],
)
def test_a_template_cannot_read_what_is_no_field(layout: str) -> None:
    templates = Templates({**PARTS, "page.html": "{{ page.contents | each('item.html') }}" + layout}, [])
    templates.share({})
    with pytest.raises(UndefinedError):
        templates.renderer("page.html")({"page": page()})


@pytest.mark.parametrize("layout", ["(page.contents + page.contents)[0]._made", "'{0._made}'.format(page.contents[0])"])
def test_a_template_that_reads_what_is_no_field_is_told_of_its_line(layout: str) -> None:
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": f"<p>\n{{{{ {layout} }}}}"}, problems)
    assert [(one.mark.path, one.mark.line) for one in problems] == [("layouts/page.html", 2)]


@pytest.mark.parametrize("name", ["items", "item", "section", "site"])
def test_a_name_that_was_not_set_is_an_error_and_no_text(name: str) -> None:
    layout = f"{{% if page.draft %}}{{% set {name} = page.title %}}{{% endif %}}{{{{ {name} }}}}"
    loaded = "{% include ['set.html'] %}"  # by Jinja itself
    templates = Templates({**PARTS, "page.html": layout, "set.html": layout, "block.html": loaded}, [])
    templates.share({})
    for one in ("page.html", "block.html"):
        with pytest.raises(UndefinedError):
            templates.renderer(one)({"page": page()})


REFERENCE = "cannot be compiled: Tried to resolve a name to a reference that was unknown to the frame ('css')"


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("{% for link in page.contents if link.nope %}{% endfor %}", "a Link has no 'nope'"),
        ("{% include 'part.html' without context %}", "unknown name 'page'"),
        ("{{ page.contents | random }}", "No filter named 'random'."),
        ("<p{{ {'style': page.title} | xmlattr }}>", "No filter named 'xmlattr'."),
        ("{% set css = page.title %}<style>{{ css }}</style>", "'css' is the site's own code; choose another name"),
        ("{% macro in(boot) %}{{ boot }}{% endmacro %}", "'boot' is the site's own code; choose another name"),
        ("{% for css in [page.title] %}{{ css }}{% endfor %}", "'css' is the site's own code; choose another name"),
        ("{% import 'macros.html' as css %}", "'css' is the site's own code; choose another name"),
        ("{% filter indent %}<style>\na{}</style>{% endfilter %}", "a filter may change this code"),
        ("{% filter upper %}{% include 'code.html' %}{% endfilter %}", "a filter may change this code"),
        ("{% set x | lower %}<script>A()</script>{% endset %}{{ x }}", "a filter may change this code"),
        ("{{ page.nope is defined }}", "a Page has no 'nope'"),
        ("{% set x | replace('b', css) %}abc{% endset %}", REFERENCE),
        ("{{ page.sections | pprint }}", "No filter named 'pprint'."),
        (
            "{% for section in sections %}{% block a %}{{ section.shown }}{% endblock %}{% endfor %}",
            "unknown name 'section'",
        ),
        ("{{ page.sections[0].body[0].chunk.line }}", "a layout cannot read 'chunk', which is no part of a page"),
        (
            "{{ (page.contents + page.contents)[0].digest }}",
            "a layout cannot read 'digest', which is no part of a page",
        ),
        ("{% macro one(a, a) %}{% endmacro %}", "cannot be compiled: duplicate argument 'a' in function definition"),
        ("{{ '\\ud800' }}", "cannot be compiled: 'utf-8' codec can't encode character '\\ud800'"),
        ("{{ page.contents | each('item.html', x=1) }}", "'each' needs a template"),
        ("{{ " + "(" * 300 + "1" + ")" * 300 + " }}", "is nested too deeply"),
        ("{% for a in page.contents %}" * 21 + "{% endfor %}" * 21, "is nested too deeply"),
        ("{% macro one(text) %}{{ txt }}{% endmacro %}{{ one(page.title) }}", "unknown name 'txt'"),
        ("{% macro one(text=page.nope) %}{{ text }}{% endmacro %}{{ one() }}", "a Page has no 'nope'"),
        (
            "{% macro one() %}{{ caller() }}{% endmacro %}{% call one() %}{{ page.nope }}{% endcall %}",
            "a Page has no 'nope'",
        ),
        ("{% set name %}{{ page.nope }}{% endset %}{{ name }}", "a Page has no 'nope'"),
        ("{% import 'nope.html' as nope %}", "no template 'nope.html'"),
        ("{% from 'titled.html' import titled %}{{ titled() }}", "unknown name 'page'"),
        ("{{ page.contents | each(name='item.html') }}", "'each' needs a template"),
        ("{{ page.contents | each }}", "'each' needs a template"),
        ("{{ page.contents | each(page.title) }}", "'each' needs a template"),
    ],
)
def test_what_cannot_be_put_out_as_it_is_written_is_told(layout: str, message: str) -> None:
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": layout}, problems)
    assert [one.message.partition(" in position")[0] for one in problems] == [message]


@pytest.mark.parametrize("name", ["range", "namespace", "cycler", "joiner", "dict", "lipsum"])
def test_who_asks_for_a_function_of_jinja_is_told_what_layouts_have_instead(name: str) -> None:
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": f"{{% set it = {name}() %}}"}, problems)
    [told] = problems
    assert told.message == f"unknown name '{name}'"
    assert "loop.index" in told.hint
    assert "appealsite/plan" in told.hint


def test_data_and_files_that_scripts_load_pass_a_filter() -> None:
    layout = (
        "{% filter trim %}<script type='application/ld+json'>{}</script><script src='/x.js'></script>{% endfilter %}"
    )
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": layout}, problems)
    assert not problems


def test_templates_that_are_too_deep_together_are_told() -> None:
    def loops(inner: str) -> str:
        return "{% for a in page.contents %}" * 11 + inner + "{% endfor %}" * 11

    templates = Templates({**PARTS, "part.html": loops("x"), "page.html": loops("{% include 'part.html' %}")}, [])
    templates.share({})
    with pytest.raises(ProblemsFound) as told:
        templates.renderer("page.html")
    assert str(told.value).startswith("layouts/page.html: is nested too deeply")


NO_TEXT = (
    "{{ page.contents | map(attribute='text') }}",
    "{{ page.title.upper }}",
    "{{ 'For ' ~ page.title.upper }}",
    "{{ page.title.upper | string }}",
    "{{ '%s' | format(page.title.upper) }}",
    "{{ '%s' % page.title.upper }}",
    "{{ '%s' % (page.sections,) }}",
    "{{ [page.title.upper] | join }}",
    "{{ [page.sections] | join }}",
    "{{ 'x' | replace('x', page.sections) }}",
)


@pytest.mark.parametrize("layout", NO_TEXT)
def test_what_is_no_text_is_not_put_out(layout: str) -> None:
    templates = Templates({**PARTS, "page.html": layout}, [])
    templates.share({})
    with pytest.raises(TypeError, match="this is no text but a"):
        templates.renderer("page.html")({"page": page()})


def test_a_template_may_include_itself_where_that_ends() -> None:
    sources = {**PARTS, "part.html": "x{% if page.draft %}{% include 'part.html' %}{% endif %}"}
    templates = Templates({**sources, "page.html": "{% include 'part.html' %}"}, [])
    templates.share({})
    assert templates.renderer("page.html")({"page": page()}) == b"x"


def test_an_error_in_a_long_template_is_told_of_its_line() -> None:
    sources = {
        **PARTS,
        "long.html": "<br>\n" * 12_000 + "{{ page.title // 0 }}",
        "page.html": "{% include 'long.html' %}",
    }
    templates = Templates(sources, [])
    templates.share({})
    with pytest.raises(TypeError) as error:
        templates.renderer("page.html")({"page": page()})
    try:
        raise error.value
    except TypeError as raised:
        told = templates.problem_from(raised, "/", Mark("x"))
    assert (told.mark.path, told.mark.line) == ("layouts/long.html", 12_001)


def test_finished_blocks_are_items_as_any_other() -> None:
    sources = {**PARTS, "item.html": "<li>{{ item.name }}{{ item.shown }}</li>"}
    templates = Templates({**sources, "page.html": "{{ sections | each('item.html') }}"}, [])
    templates.share({})
    shown = [ShownSection("a", b"<b>"), ShownSection("c", b"<d>")]
    assert templates.renderer("page.html")({"page": page(), "sections": shown}) == b"<li>a<b></li>\n<li>c<d></li>"


def test_a_sign_that_parts_items_has_no_place_in_one() -> None:
    templates = Templates({"item.html": "{{ '\0' }}", "page.html": "{{ page.contents | each('item.html') }}"}, [])
    templates.share({})
    with pytest.raises(ValueError, match=r"U\+0000"):
        templates.renderer("page.html")({"page": page()})


def test_a_template_that_is_used_for_others_again_and_again_holds_nothing_of_them() -> None:
    sources = {**PARTS, "page.html": "{% extends 'frame.html' %}{% block inner %}{{ page.title }}{% endblock %}"}
    templates = Templates(sources, [])
    templates.share({})
    render = templates.renderer("page.html")
    one = {"page": page()}
    render(one)
    tracemalloc.start()
    for _ in range(3_000):
        render(one)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 8_000  # bytes: less than one reference for each page


def test_templates_that_use_each_other_for_shared_lists_end() -> None:
    sources = {
        **PARTS,
        "a.html": "{% if item.url == '/a/' %}{{ site.menu | each('b.html') }}{% else %}leaf{% endif %}",
        "b.html": "{% if item.url == '/b/' %}{{ [item] | each('a.html') }}{% endif %}",
        "page.html": "{{ page.contents | each('a.html') }}",
    }
    menu = (Link("a", "/a/"), Link("b", "/b/"))
    site = SiteView("", "", "en", "", "/", "/", menu, OfferView("", "", "", "", "", "", ""))
    templates = Templates(sources, [])
    templates.share({"site": site})
    one = changed(page(), contents=(Link("a", "/a/"), Link("c", "/c/")))
    assert templates.renderer("page.html")({"page": one}) == b"\nleaf\nleaf"


def test_a_template_that_uses_itself_for_a_shared_list_is_told_and_ends() -> None:
    sources = {**PARTS, "item.html": "{{ site.menu | each('item.html') }}", "page.html": "{{ page.title }}"}
    site = SiteView("", "", "en", "", "/", "/", (Link("a", "/a/"),), OfferView("", "", "", "", "", "", ""))
    templates = Templates(sources, [])
    templates.share({"site": site})
    with pytest.raises(RecursionError):
        templates.renderer("item.html")({"item": Link("b", "/b/")})


def test_html_is_neither_escaped_nor_encoded_again() -> None:
    html = "<b>é</b>".encode()
    assert encoded(html) is html
    assert encoded("<b>é</b>") == "&lt;b&gt;é&lt;/b&gt;".encode()
    templates = Templates(
        {**PARTS, "page.html": "{{ css }}{% set kept %}{{ css }}|{% endset %}{{ kept }}{{ boot }}"}, []
    )
    templates.share({"boot": html})
    assert templates.renderer("page.html")({"css": html}) == html + html + b"|" + html


def test_an_attribute_that_no_name_can_be_is_told_and_ends_in_no_traceback() -> None:
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": "{{ page.class }}"}, problems)
    assert [problem.message for problem in problems] == ["a Page has no 'class'"]


def test_escaping_cannot_be_switched_off() -> None:
    problems: list[Problem] = []
    Templates({**PARTS, "page.html": "<p>\n{% autoescape false %}{{ page.title }}{% endautoescape %}"}, problems)
    assert [(str(problem.mark), problem.message[:36]) for problem in problems] == [
        ("layouts/page.html:2:1", "a layout cannot switch escaping; wri")
    ]
