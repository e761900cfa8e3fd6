"""Steps as text: the statement as it is run, and why."""

from propolis.model.report import Step
from propolis.report.ink import Ink, Page, harmless

EVERYBODY = "other roles lose it too"


def step_lines(step: Step, page: Page) -> list[str]:
    """The statement whole, however long: it is there to be read and copied."""
    lines = [page.inked(line, Ink.STRONG) for line in f"{harmless(step.sql)};".split("\n")]
    why = f"{step.why}; {EVERYBODY}" if step.everybody else step.why
    return lines + page.paragraph("why", why, 4)
