"""What is wrong, as a page for the browser: each problem with its file, line, caret and hint."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from appealsite.problems import Problem, counted

MOST = 100


def problem_page(problems: Sequence[Problem], heading: str) -> bytes:
    """A whole HTML page that tells of these problems; it reloads itself when something changes."""
    count = f"{counted(len(problems), 'thing')} to mend"
    shown = "\n".join(map(_article, problems[:MOST]))
    more = f"<p>And {len(problems) - MOST:,} more.</p>" if len(problems) > MOST else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{count} - preview</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_preview/static/preview.css">
</head>
<body class="problems">
<header>
<p>Preview</p>
<h1>{count}</h1>
<p>{escape(heading)} The page comes back by itself as soon as the file is saved without the mistake.</p>
</header>
<main>
{shown}
{more}
</main>
</body>
</html>
""".encode()


def _article(problem: Problem) -> str:
    mark = problem.mark
    excerpt = ""
    if mark.excerpt:
        line, column, length = mark.window()
        before, wrong, after = line[:column], line[column : column + length], line[column + length :]
        number = str(mark.line)
        excerpt = (
            f'<pre><span class="number">{number} | </span>{escape(before)}<mark>{escape(wrong)}</mark>{escape(after)}\n'
            f'<span class="number">{" " * len(number)} | </span>{" " * column}'
            f'<span class="caret">{"^" * length}</span></pre>\n'
        )
    hint = f'<p class="hint">{escape(problem.hint)}</p>\n' if problem.hint else ""
    return (
        f'<article>\n<p class="place">{escape(str(mark))}</p>\n<h2>{escape(problem.message)}</h2>\n'
        f"{excerpt}{hint}</article>"
    )
