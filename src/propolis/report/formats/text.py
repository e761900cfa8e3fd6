"""Text for people: short blocks, the lines that matter, one summary at the end."""

from itertools import pairwise

from propolis.model.report import Answer, ClaimOutcome, Exit, Report
from propolis.report.answers import answer_lines, claim_lines
from propolis.report.changes import comparison_blocks
from propolis.report.ink import Ink, Page, harmless
from propolis.report.maps import map_blocks
from propolis.report.remarks import finding_lines, problem_lines, source_text
from propolis.report.repairs import repair_blocks
from propolis.report.steps import step_lines

NAME = "text"
VERBS = None

SUMMARY_INKS = {
    Exit.KEPT: Ink.GOOD,
    Exit.BROKEN: Ink.BAD,
    Exit.BAD_INPUT: Ink.BAD,
    Exit.OUTSIDE_FAILED: Ink.BAD,
    Exit.NARROWED: Ink.BAD,
    Exit.WIDENED: Ink.BAD,
}


def render(report: Report, *, color: bool, width: int) -> str:
    """*report* as lines of at most *width* columns, where words and copied text allow it."""
    page = Page(color, width)
    source = source_text(report)
    blocks = [problem_lines(problem, source, page) for problem in report.problems]
    blocks += [finding_lines(finding, source, page) for finding in report.findings]
    blocks += _claim_blocks(report.claims, page)
    blocks += _answer_blocks(report.answers, page)
    blocks += comparison_blocks(report.comparison, page) if report.comparison else []
    blocks += map_blocks(report.map, page) if report.map else []
    blocks += repair_blocks(report.repairs, page)
    blocks += [step_lines(step, page) for step in report.steps]
    blocks.append(_written_lines(report, page))
    blocks.append([line for note in report.notes for line in page.paragraph("note", note, 0)])
    lines = [line for block in _spaced([block for block in blocks if block]) for line in block]
    if report.summary:
        lines += ["", page.inked(harmless(report.summary), SUMMARY_INKS[report.exit])]
    return "".join(line + "\n" for line in lines).lstrip("\n")


def _spaced(blocks: list[list[str]]) -> list[list[str]]:
    """An empty line between blocks, except between two blocks of one line each."""
    spaced = blocks[:1]
    for before, block in pairwise(blocks):
        gap = [] if len(before) == len(block) == 1 else [""]
        spaced.append(gap + block)
    return spaced


def _claim_blocks(claims: tuple[ClaimOutcome, ...], page: Page) -> list[list[str]]:
    """Every claim; what was quantified over is said once if it is the same for all."""
    scopes = {claim.scope for claim in claims}
    blocks = []
    for claim in claims:
        lines = claim_lines(claim, page)
        if claim.scope and len(scopes) > 1:
            lines += page.paragraph("proved over", claim.scope, 4)
        blocks.append(lines)
    if len(scopes) == 1 and (scope := scopes.pop()):
        blocks.append(page.paragraph("proved over", scope, 0))
    return blocks


def _answer_blocks(answers: tuple[Answer, ...], page: Page) -> list[list[str]]:
    """Every answer, with its Cilium version where there are several."""
    several = len({answer.cilium for answer in answers}) > 1
    return [
        answer_lines(answer, page, f"  (Cilium {answer.cilium})" if several else "") for answer in answers
    ]


def _written_lines(report: Report, page: Page) -> list[str]:
    return [
        f"{page.inked('written  ' if written.changed else 'unchanged', Ink.FAINT)} {harmless(written.path)}"
        for written in report.written
    ]
