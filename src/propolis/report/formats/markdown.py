"""Markdown for a comment on a pull request: the gist first, details folded away."""

from collections.abc import Iterable, Iterator, Sequence

from propolis.model.finding import Finding
from propolis.model.report import (
    Answer,
    Change,
    ClaimOutcome,
    Comparison,
    Exit,
    Line,
    Map,
    Repair,
    Report,
    SideAnswer,
    Step,
)
from propolis.model.span import Span
from propolis.report.answers import aim
from propolis.report.changes import alike, differing, looked_at, unshown
from propolis.report.graphs import MOST_LINES, mermaid
from propolis.report.ink import harmless
from propolis.report.maps import words
from propolis.report.steps import EVERYBODY

NAME = "markdown"
VERBS = None
LONGEST = 60_000
"""Characters; GitHub takes comments of up to 65,536."""
SHORT = 1_000
MARKS = {
    Exit.KEPT: "✅",
    Exit.BROKEN: "⚠️",
    Exit.BAD_INPUT: "❌",
    Exit.OUTSIDE_FAILED: "❌",
    Exit.NARROWED: "⚠️",
    Exit.WIDENED: "⚠️",
}


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as GitHub's and GitLab's Markdown; *color* and *width* mean nothing here."""
    summary = f": {text(report.summary)}" if report.summary else ""
    blocks = [f"### {MARKS[report.exit]} propolis {report.command}{summary}"]
    blocks += _listed(_remark(p.severity, p.code, p.message, p.span) for p in report.problems)
    blocks += _listed(map(_finding, report.findings))
    blocks += _listed(map(_claim, report.claims))
    blocks += [_folded(_answer_title(answer), _answer(answer)) for answer in report.answers]
    blocks += _comparison(report.comparison) if report.comparison else []
    blocks += _map(report.map) if report.map else []
    blocks += map(_repair, report.repairs)
    blocks += _listed(map(_step, report.steps))
    blocks += _listed(f"{'written' if w.changed else 'unchanged'} {code(w.path)}" for w in report.written)
    blocks += _listed(text(note) for note in report.notes)
    return "\n\n".join(_bounded([block for block in blocks if block])) + "\n"


def _bounded(blocks: Sequence[str]) -> Iterator[str]:
    """*blocks*, without those for which a comment has no room; a list or table gives up its last lines."""
    room = LONGEST - sum(map(len, filter(_is_short, blocks)))
    left_out = 0
    for block in blocks:
        if _is_short(block):
            yield block
            continue
        kept = _lines_within(block, room // 2) if block.startswith(("| ", "- ")) else block
        left_out += kept != block or len(kept) > room
        if kept and len(kept) <= room:
            room -= len(kept)
            yield kept
    if left_out:
        yield (
            f"**{left_out} {'part is' if left_out == 1 else 'parts are'} left out or cut: a comment holds no more."
            " The text and JSON formats have everything.**"
        )


def _is_short(block: str) -> bool:
    """Whether *block* is always kept: headings, counts, what was looked at."""
    return len(block) < SHORT and not block.startswith("<details>")


def _lines_within(block: str, room: int) -> str:
    return block if len(block) <= room else block[: block.rfind("\n", 0, max(room, 1)) + 1].rstrip("\n")


# --- text that comes from outside ---


def text(words: str) -> str:
    """*words* as plain text in one line: what is marked as code stays so, nothing else is markup."""
    pieces = " ".join(harmless(words).split()).split("`")
    if len(pieces) % 2 == 0:
        return _escaped(" ".join(pieces))
    return "".join(code(piece) if place % 2 else _escaped(piece) for place, piece in enumerate(pieces))


def _escaped(words: str) -> str:
    return "".join(f"\\{character}" if character in "\\*_[]|~#!" else _html(character) for character in words)


def _html(words: str) -> str:
    """*words* inside HTML; an empty comment keeps `@name` from calling somebody."""
    plain = harmless(words).replace("\n", " ")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "@<!-- -->")


def code(words: str) -> str:
    """*words* as code in one line, whatever they hold."""
    plain = harmless(words).replace("\n", " ").replace("|", "¦")
    if not plain.strip():
        return ""
    fence = "`" * (_longest_run(plain) + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain}{space}{fence}"


def _longest_run(words: str) -> int:
    longest = run = 0
    for character in words:
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    return longest


# --- blocks ---


def _listed(items: Iterable[str]) -> list[str]:
    found = [f"- {item}" for item in items if item]
    return ["\n".join(found)] if found else []


def _folded(title: str, lines: Sequence[str]) -> str:
    """A list that opens at a click; *title* is HTML."""
    body = "\n".join(f"- {line}" for line in lines)
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def _remark(severity: str, name: str, message: str, span: Span | None) -> str:
    return f"**{severity}** {code(name)}: {text(message)}{_where(span)}"


def _where(span: Span | None) -> str:
    return f" — {code(f'{span.file}:{span.line}')}" if span else ""


def _finding(finding: Finding) -> str:
    told = _remark(finding.severity.value, finding.rule, finding.message, finding.span)
    return told + (f"; {text(finding.help)}" if finding.help else "")


def _claim(claim: ClaimOutcome) -> str:
    told = f"**{claim.status}** {text(claim.sentence)}"
    if claim.reason:
        told += f" — {text(claim.reason)}"
    told += f" — {', then '.join(code(_request(answer)) for answer in claim.flows)}" if claim.flows else ""
    return told + "".join(f"\n  - {step}" for answer in claim.flows for step in _explained(answer))


def _step(step: Step) -> str:
    everybody = f" ({EVERYBODY})" if step.everybody else ""
    return f"{code(f'{step.sql};')} — {text(step.why)}{everybody}"


def _request(answer: Answer) -> str:
    return " ".join(filter(None, (answer.flow, answer.request_line)))


def _answer_title(answer: Answer) -> str:
    return f"<b>{answer.outcome}</b> {_html(_request(answer))} (Cilium {_html(answer.cilium)})"


def _answer(answer: Answer) -> list[str]:
    sides = (("egress", answer.egress), ("ingress", answer.ingress), ("layer 7", answer.request))
    return [*(_side(name, side) for name, side in sides if side), *_explained(answer)]


def _explained(answer: Answer) -> Iterator[str]:
    """What would have to change for the other answer, and the nearest flow that is allowed."""
    for remedy in answer.remedies:
        yield f"{aim(answer)}, {remedy.direction}: {text(remedy.sentence)}{_lines(remedy.lines)}"
    if near := answer.nearest:
        told = " ".join(filter(None, (near.flow, near.request_line)))
        yield f"nearest allowed: {code(told)} ({text(', '.join(near.changes))})"
        if near.curl:
            yield code(near.curl)


def _side(name: str, side: SideAnswer) -> str:
    facts = "".join(f"; given: {text(fact)}" for fact in side.facts)
    return f"{name} **{side.outcome}**: {text(side.sentence)}{facts}{_lines(side.lines)}"


def _lines(lines: Sequence[Line]) -> str:
    places = ", ".join(f"{code(f'{line.span.file}:{line.span.line}')}" for line in lines)
    return f" ({places})" if places else ""


# --- repairs ---


def _repair(repair: Repair) -> str:
    title = f"<b>{'repair' if repair.diff else 'no repair'}</b> {_html(repair.sentence)}"
    if not repair.diff:
        return _folded(title, [text(repair.reason)])
    plain = harmless(repair.diff)
    fence = "`" * max(3, _longest_run(plain) + 1)
    listed = "\n".join(f"- {text(change)}" for change in repair.changes)
    block = f"{fence}diff\n{plain}{fence}"
    return f"<details><summary>{title}</summary>\n\n{listed}\n\n{block}\n\n</details>"


# --- maps ---


def _map(map_: Map) -> list[str]:
    """A drawing where a comment can hold one, else a table."""
    if len(map_.reaches) <= MOST_LINES:
        drawing = f"```mermaid\n{mermaid(map_)}```"
        if len(drawing) < LONGEST // 2:
            return [drawing]
    rows = ["| from | to | what |", "|---|---|---|"]
    for reach in map_.reaches:
        ends = (map_.groups[end].name for end in (reach.source, reach.destination))
        rows.append(f"| {' | '.join(map(code, ends))} | {text(words(reach))} |")
    return ["\n".join(rows)]


# --- comparisons ---


def _comparison(comparison: Comparison) -> list[str]:
    real = [change for change in comparison.changes if change.existing]
    possible = [change for change in comparison.changes if not change.existing]
    blocks = [_table(real)] if real else []
    blocks += [_folded(_title(change), list(_change(change))) for change in real]
    if possible:
        blocks += ["**For pods that could be created**", _table(possible)]
        blocks += [_folded(_title(change), list(_change(change))) for change in possible]
    blocks += _listed(text(unshown(tally)) for tally in comparison.tallies)
    return [*blocks, f"Compared over {text(looked_at(comparison))}." if comparison.scope else ""]


def _table(changes: Sequence[Change]) -> str:
    rows = ["| | from | to | ports | risk |", "|---|---|---|---|---|"]
    for change in changes:
        ends = f"{code(change.source)} | {code(change.destination)}{alike(change)}"
        rows.append(f"| {change.shift} | {ends} | {text(', '.join(change.traffic))} | {change.risk} |")
    return "\n".join(rows)


def _title(change: Change) -> str:
    return f"{change.shift}: {_html(_request(change.new))}"


def _change(change: Change) -> Iterator[str]:
    if change.new.curl:
        yield code(change.new.curl)
    for name, old, new in differing(change):
        yield _side(f"{name.strip()} was", old)
        yield _side(f"{name.strip()} now", new)
    yield from _explained(change.new)
