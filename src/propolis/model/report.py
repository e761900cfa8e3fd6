"""A report: all that a command has to say, as values; a format turns it into text."""

from enum import StrEnum

import msgspec

from propolis.model.exit import Exit as Exit
from propolis.model.finding import Finding
from propolis.model.policy import Direction
from propolis.model.span import Problem, Span
from propolis.model.verdict import Outcome, Why


class Line(msgspec.Struct, frozen=True):
    """A place in a policy that decides something; *excerpt* is what stands there, in one line, perhaps cut."""

    policy: str
    span: Span
    excerpt: str


class SideAnswer(msgspec.Struct, frozen=True):
    """One direction of an answer, with the lines that decide it. *sentence* says it in plain words."""

    direction: Direction
    outcome: Outcome
    why: Why
    sentence: str
    lines: tuple[Line, ...] = ()
    facts: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What happens to one flow. *request* is None when the question names no request.

    *request_line*: the request in one line (`GET /api/orders`), *curl*: the same as a command, both "" without one.
    """

    flow: str
    outcome: Outcome
    egress: SideAnswer
    ingress: SideAnswer
    request: SideAnswer | None = None
    request_line: str = ""
    curl: str = ""
    cilium: str = ""


class Status(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ClaimOutcome(msgspec.Struct, frozen=True):
    """*sentence* is the claim in plain English; *reason* why it is unknown or what breaks it.

    *scope* says what was quantified over (e.g. `14 workloads, every pod that could be created (9 kinds …), …`).
    *create*: where an end of the counterexample is a pod that nobody has created, the objects that make it real, as
    YAML for `kubectl apply -f -`.
    """

    claim: str
    sentence: str
    status: Status
    reason: str = ""
    counterexample: Answer | None = None
    scope: str = ""
    create: str = ""


class Shift(StrEnum):
    """What became of a flow that has another verdict now; UNDECIDED: it may have another one."""

    ALLOWED = "newly allowed"
    UNDECIDED = "undecided"
    DENIED = "newly denied"


class Risk(StrEnum):
    """Between what kinds of ends a flow runs, the one to look at first first."""

    FROM_WORLD = "from the world"
    TO_WORLD = "to the world"
    ACROSS_TO_DATA = "to a data port of another namespace"
    ACROSS = "across namespaces"
    WITHIN_TO_DATA = "to a data port"
    WITHIN = "within a namespace"
    NODE = "with a node or Cilium itself"


class Change(msgspec.Struct, frozen=True):
    """Traffic between two ends that has another verdict. *traffic*: its ports in words, `8080/tcp (some requests)`.

    *pairs*: how many pairs of ends change in the same way; 1 unless *existing* is False, for ends of which one at
    least could be created only. *old* and *new* are the answers about one example flow.
    """

    shift: Shift
    risk: Risk
    source: str
    destination: str
    traffic: tuple[str, ...]
    pairs: int
    existing: bool
    old: Answer
    new: Answer


class Tally(msgspec.Struct, frozen=True):
    """How many pairs of ends change in one way, and how many of them the changes of the report show."""

    shift: Shift
    existing: bool
    pairs: int
    shown: int


class Meaning(StrEnum):
    """What a change of policies comes to. UNDECIDED: nothing is known to change, but something may."""

    SAME = "same"
    WIDENED = "widened"
    NARROWED = "narrowed"
    BOTH = "widened and narrowed"
    UNDECIDED = "undecided"


class Comparison(msgspec.Struct, frozen=True):
    """Two sets of policies, or one under two versions, by the flows that they let through.

    *old*, *new*: what was compared, in words. *scope*: what was looked at.
    """

    old: str
    new: str
    meaning: Meaning
    changes: tuple[Change, ...] = ()
    tallies: tuple[Tally, ...] = ()
    scope: str = ""


class Written(msgspec.Struct, frozen=True):
    """A file that the command wrote; *changed* is False when it held the same bytes already."""

    path: str
    changed: bool


class SourceLine(msgspec.Struct, frozen=True, order=True):
    """The text of one input line that a span of the report names; *line* counts from 1."""

    file: str
    line: int
    text: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one command found. *summary* is one sentence; *notes* are further remarks.

    *source_lines* are the lines that findings and problems point at: a format reads no file.
    """

    command: str
    exit: Exit
    summary: str
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    claims: tuple[ClaimOutcome, ...] = ()
    answers: tuple[Answer, ...] = ()
    comparison: Comparison | None = None
    written: tuple[Written, ...] = ()
    notes: tuple[str, ...] = ()
    source_lines: tuple[SourceLine, ...] = ()
