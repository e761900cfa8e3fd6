"""Answers and claims as text: what happens to a flow, and the policy lines that decide it."""

from collections.abc import Set

from propolis.model.report import Answer, ClaimOutcome, Line, SideAnswer, Status
from propolis.model.verdict import Outcome, Why
from propolis.report.ink import Ink, Page, harmless
from propolis.report.remarks import place

OUTCOME_INKS = {Outcome.ALLOW: Ink.GOOD, Outcome.DENY: Ink.BAD, Outcome.UNKNOWN: Ink.DOUBT}
MARKS = {Status.KEPT: ("✓", Ink.GOOD), Status.BROKEN: ("✗", Ink.BAD), Status.UNKNOWN: ("?", Ink.DOUBT)}


def answer_lines(answer: Answer, page: Page, remark: str = "") -> list[str]:
    """The flow and its outcome, then each direction and the request with the lines that decide it."""
    outcome = page.inked(answer.outcome.ljust(7), OUTCOME_INKS[answer.outcome])
    flow = page.inked(harmless(answer.flow), Ink.STRONG)
    return [f"{outcome} {flow}{page.inked(harmless(remark), Ink.FAINT)}", *_details(answer, page, 2)]


def claim_lines(claim: ClaimOutcome, page: Page) -> list[str]:
    mark, ink = MARKS[claim.status]
    lines = page.paragraph(f"{mark} {claim.status.ljust(7)}", claim.sentence, 0, ink)
    if claim.status is not Status.KEPT and claim.reason:
        lines += page.paragraph("because", claim.reason, 4)
    if claim.line:
        lines += _place_line(claim.line, page, 12)
        lines += page.paragraph(" ", claim.line.excerpt.strip(), 12)
    for number, step in enumerate(claim.steps, 1):
        lines += page.paragraph(f"step {number} ", step.flow, 4, Ink.STRONG)
        lines += _details(step, page, 4)
    if claim.counterexample and not claim.steps:
        shown = claim.counterexample
        lines += page.paragraph("example", shown.flow, 4, Ink.STRONG)
        lines += _details(shown, page, 4)
    if claim.create:
        lines += [" " * 4 + page.inked("create ", Ink.FAINT) + " with `kubectl apply -f -`:"]
        lines += [" " * 12 + harmless(line) for line in claim.create.splitlines()]
    return lines


def _details(answer: Answer, page: Page, indent: int) -> list[str]:
    lines = page.paragraph("request", answer.request_line, indent) if answer.request_line else []
    if answer.curl:
        lines += whole("try    ", answer.curl, indent, page)
    shown: set[Line] = set()
    for name, side in (("egress ", answer.egress), ("ingress", answer.ingress), ("layer 7", answer.request)):
        if side:
            lines += side_lines(name, side, page, indent, shown)
            shown.update(side.lines)
    return lines + explained_lines(answer, page, indent, shown)


def explained_lines(answer: Answer, page: Page, indent: int, shown: Set[Line] = frozenset()) -> list[str]:
    """What would have to change for the other answer, and the nearest flow that is allowed."""
    lines: list[str] = []
    if answer.remedies:
        lines.append(" " * indent + page.inked(aim(answer) + ":", Ink.STRONG))
    for remedy in answer.remedies:
        lines += page.paragraph(remedy.direction.ljust(7), remedy.sentence, indent + 2)
        for line in remedy.lines:
            lines += _place_line(line, page, indent + 8)
            if line not in shown:
                lines += page.paragraph(" ", line.excerpt.strip(), indent + 8)
    if near := answer.nearest:
        told = " ".join(filter(None, (near.flow, near.request_line)))
        lines += page.paragraph("nearest", f"{told}  ({', '.join(near.changes)})", indent, Ink.STRONG)
        if near.curl:
            lines += whole("try    ", near.curl, indent, page)
    return lines


def aim(answer: Answer) -> str:
    """What the remedies of *answer* lead to."""
    if answer.outcome is Outcome.ALLOW:
        return "to deny it, at one end or the other"
    return "to allow it"


def side_lines(
    name: str, side: SideAnswer, page: Page, indent: int, shown: Set[Line] = frozenset()
) -> list[str]:
    """One direction; the text of a line in *shown*, or of one that only switches default deny on, is left out."""
    outcome = page.inked(side.outcome.ljust(7), OUTCOME_INKS[side.outcome])
    label = " " * indent + page.inked(name, Ink.FAINT) + " " + outcome
    sentence = page.paragraph("", side.sentence, indent + len(name) + 8)
    lines = [label + " " + sentence[0].lstrip(), *sentence[1:]]
    for fact in side.facts:
        lines += page.paragraph("given", fact, indent + 8)
    for line in side.lines:
        lines += _place_line(line, page, indent + 8)
        if line not in shown and side.why is not Why.DEFAULT_DENY:
            lines += page.paragraph(" ", line.excerpt.strip(), indent + 8)
    return lines


def _place_line(line: Line, page: Page, indent: int) -> list[str]:
    where = page.inked(place(line.span), Ink.PLACE)
    return [" " * indent + f"{where}  {page.inked(f'({harmless(line.policy)})', Ink.FAINT)}"]


def whole(label: str, text: str, indent: int, page: Page) -> list[str]:
    """*text* in one line, however long: it is there to be copied."""
    return [" " * indent + page.inked(label, Ink.FAINT) + " " + harmless(text).replace("\n", " ")]
