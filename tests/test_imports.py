"""Data flows one way: read, plan, render, publish. Seen from the code itself, so that no review has to watch for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.small_site import ROOT

PACKAGE = "appealsite"

# What each part may import. A part that is missing here fails the first test: decide what it may know.
ALLOWED = {
    "problems": set[str](),
    "memo": set[str](),
    "values": set[str](),
    "names": set[str](),
    "garbage": set[str](),
    "aside": {"problems"},
    "generator": set[str](),
    "cache": set[str](),
    "last_build": {"values"},
    "kept": set[str](),
    "hosts": {"problems", "values", "read", "plan"},
    "read": {"problems", "memo", "values", "names", "generator", "kept"},
    "plan": {"problems", "memo", "values", "read"},
    "render": {"problems", "memo", "values", "generator", "kept", "read", "plan"},
    "publish": {"problems", "values", "names", "kept", "aside"},
    "painter": {"problems", "generator", "kept", "plan", "render", "publish"},
    "make": {
        *("problems", "values", "aside", "generator", "kept", "cache", "read", "plan", "render", "hosts", "publish"),
        "painter",
    },
    "others": {"problems", "read", "plan", "render", "hosts", "make"},
    "workers": {"problems", "garbage", "aside"},
    "chunks": {"problems", "values", "read", "publish", "make", "workers", "check"},
    "explain": {"problems", "read", "plan", "make", "check"},
    "check": {
        *("problems", "memo", "garbage", "generator", "cache", "kept", "read", "plan", "render", "make", "workers"),
        *("values", "others"),
    },
    "build": {
        *("problems", "generator", "cache", "read", "plan", "render", "hosts", "publish", "make", "workers", "others"),
        *("values", "aside", "garbage", "kept", "last_build", "chunks"),
    },
    "deploy": {"problems", "values", "names", "read", "plan", "hosts", "publish", "last_build", "make", "build"},
    "add": {"problems", "values", "names", "read", "plan", "publish"},
    "report": {"add", "problems", "read", "build", "render", "deploy"},
    "preview": {
        *("problems", "values", "generator", "kept", "read", "plan", "render", "hosts", "painter", "check", "build"),
    },
    "cli": {"garbage", "add", "explain", "problems", "read", "build", "check", "report", "preview", "deploy"},
}
OPENS = {"open", "read_text", "read_bytes", "fdopen"}
WRITES = {"write_text", "write_bytes", "unlink", "rename", "rmtree", "rmdir", "copy2", "copyfile", "symlink_to"}
PRINTS = {"print", "echo", "secho", "stdout", "stderr"}
CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "st_mtime", "st_ctime"}
MAY = {
    "open files": (
        OPENS,
        {"add", "aside", "read", "publish", "generator", "kept", "last_build", "deploy"},
    ),  # but for read, what was made here
    "write files": (WRITES, {"add", "publish", "cache", "kept", "last_build", "deploy"}),
    "print": (PRINTS, {"cli", "report"}),
    "read the clock": (CLOCKS, {"build", "publish"}),  # publish: what others did in site/, never what a page says
}


def modules() -> dict[str, ast.Module]:
    """Every module of the generator by its dotted name, parsed."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text("utf-8"), str(path))
    return found


MODULES = modules()
PARTS = sorted({name.split(".")[1] for name in MODULES if "." in name})


def part_of(module: str) -> str:
    """The package or top module that a module belongs to; '' for the package itself."""
    return [*module.split("."), ""][1]


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names of our own that a module imports, anywhere in it, also only for type checking."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "say the whole name of what is imported"
            if (node.module or "").split(".")[0] == PACKAGE:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every function or attribute that a module calls or takes, by its last name, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.lineno


def later_imports(module: str, tree: ast.AST) -> list[str]:
    """What a module imports though its part may not know it."""
    own = part_of(module)
    known = {own, *ALLOWED.get(own, set())}
    return [name for name in imported(tree) if part_of(name) not in known]


def test_every_part_has_its_place() -> None:
    assert set(PARTS) == set(ALLOWED)


@pytest.mark.parametrize("part", PARTS)
def test_no_part_imports_a_later_one(part: str) -> None:
    found = {name: later_imports(name, tree) for name, tree in MODULES.items() if part_of(name) == part}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("deed", MAY)
def test_only_its_own_part_may(deed: str) -> None:
    words, parts = MAY[deed]
    found = [
        f"{module}:{line} {word}"
        for module, tree in MODULES.items()
        if part_of(module) not in parts
        for word, line in named(tree)
        if word in words
    ]
    assert found == []


def test_no_module_imports_itself_through_others() -> None:
    known = {name: {_module(target) for target in imported(tree)} for name, tree in MODULES.items()}
    while known:
        free = {name for name, needs in known.items() if not needs & known.keys() - {name}}
        assert free, f"these import each other: {sorted(known)}"
        known = {name: needs for name, needs in known.items() if name not in free}


def test_the_rule_itself_sees_a_breach() -> None:
    breach = ast.parse("def f() -> None:\n    from appealsite.publish.output import Output\n")
    assert later_imports("appealsite.plan.cells", breach) == ["appealsite.publish.output.Output"]
    assert later_imports("appealsite.build", breach) == []
    words = {word for word, _ in named(ast.parse("print(1)\nclick.echo(path.read_text())\nsys.stderr.write('')\n"))}
    assert {"print", "echo", "read_text", "stderr"} <= words


def test_build_py_only_starts_the_command_line() -> None:
    tree = ast.parse((ROOT / "build.py").read_text("utf-8"))
    assert list(imported(tree)) == ["appealsite.cli.main", "appealsite.garbage.end"]


def _module(name: str) -> str:
    """The module that an imported name lives in."""
    return name if name in MODULES else name.rpartition(".")[0]
