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


class Remedy(msgspec.Struct, frozen=True):
    """A step at one end towards the other answer. *lines*: what has to change, or beside which a rule is missing."""

    direction: Direction
    sentence: str
    lines: tuple[Line, ...] = ()


class NearestFlow(msgspec.Struct, frozen=True):
    """The allowed flow that differs least from the one that was asked about; *changes* are the differences in words."""

    flow: str
    changes: tuple[str, ...]
    request_line: str = ""
    curl: str = ""


class Answer(msgspec.Struct, frozen=True):
    """What happens to one flow. *request* is None when the question names no request.

    *request_line*: the request in one line (`GET /api/orders`), *curl*: the same as a command, both "" without one.
    *remedies*: what would have to change for the other answer, and *nearest*: what is allowed instead; both are there
    only in an answer that was asked to explain itself.
    """

    flow: str
    outcome: Outcome
    egress: SideAnswer
    ingress: SideAnswer
    request: SideAnswer | None = None
    request_line: str = ""
    curl: str = ""
    cilium: str = ""
    remedies: tuple[Remedy, ...] = ()
    nearest: NearestFlow | None = None


class Status(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class ClaimOutcome(msgspec.Struct, frozen=True):
    """*sentence* is the claim in plain English; *reason* why it is unknown or what breaks it.

    *scope* says what was quantified over (e.g. `14 workloads, every pod that could be created (9 kinds …), …`).
    *steps*: the flows that break it together, one after the other, of which *counterexample* is the last. *line*: what
    in the profile lets the last one break it. *create*: where an end of the counterexample is a pod that nobody has
    created, the objects that make it real, as YAML for `kubectl apply -f -`.
    """

    claim: str
    sentence: str
    status: Status
    reason: str = ""
    counterexample: Answer | None = None
    scope: str = ""
    steps: tuple[Answer, ...] = ()
    line: Line | None = None
    create: str = ""

    @property
    def flows(self) -> tuple[Answer, ...]:
        """Every flow that breaks it: the steps of a chain, or the counterexample alone."""
        return self.steps or ((self.counterexample,) if self.counterexample else ())


class Shift(StrEnum):
    """What became of a flow that has another verdict now; UNDECIDED: it may have another one."""

    ALLOWED = "newly allowed"
    UNDECIDED = "undecided"
    DENIED = "newly denied"


class Risk(StrEnum):
    """Between what kinds of ends a flow runs, the one to look at first first."""

    FROM_WORLD = "from the world"
    TO_WORLD = "to the world"
    TENANTS_TO_DATA = "to a data port of another tenant"
    TENANTS = "across tenants"
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

    *old*, *new*: what was compared, in words. *scope*: what was looked at. *unchanged*: between how many pairs of ends
    that exist every flow has the same verdict.
    """

    old: str
    new: str
    meaning: Meaning
    changes: tuple[Change, ...] = ()
    tallies: tuple[Tally, ...] = ()
    scope: str = ""
    unchanged: int = 0


class Place(StrEnum):
    """Where the endpoints of a group are."""

    PODS = "pods"
    CLUSTER = "cluster"
    """Nodes and Cilium's own endpoints."""
    OUTSIDE = "outside"


class Group(msgspec.Struct, frozen=True):
    """Endpoints that stand together on a map; *members*: how many."""

    name: str
    place: Place
    members: int


class Extent(StrEnum):
    """How much passes from one group to another. PART: some ports, some requests, or between some members only."""

    EVERYTHING = "everything"
    PART = "part"
    UNDECIDED = "undecided"


class Reach(msgspec.Struct, frozen=True):
    """What passes from one group to another; *source* and *destination* count the groups of the map.

    *traffic*: the ports that are surely open between some members, in words. *unsure*: those that may be open.
    *pairs*: between how many pairs of members anything surely passes, *of* so many pairs.
    """

    source: int
    destination: int
    extent: Extent
    traffic: tuple[str, ...]
    unsure: tuple[str, ...]
    pairs: int
    of: int


class Map(msgspec.Struct, frozen=True):
    """Who reaches whom. *by*: what makes a group, in words. *scope*: what was looked at."""

    by: str
    groups: tuple[Group, ...]
    reaches: tuple[Reach, ...]
    scope: str = ""


class Repair(msgspec.Struct, frozen=True):
    """The smallest change of policies that was proved to keep a broken promise.

    *changes*: what it does, in words, and *diff* the same as a unified diff (`patch -p0`); both are empty where none of
    the candidates holds, and *reason* says so. *proofs*: how many candidates were proved.
    """

    claim: str
    sentence: str
    changes: tuple[str, ...]
    diff: str
    proofs: int
    reason: str = ""


class Step(msgspec.Struct, frozen=True):
    """A statement that brings a database nearer to the profile. *everybody*: it takes something from others too."""

    sql: str
    why: str
    everybody: bool = False


class Written(msgspec.Struct, frozen=True):
    """A file that the command wrote; *changed* is False when it held the same bytes already."""

    path: str
    changed: bool


class RuleNote(msgspec.Struct, frozen=True, order=True):
    """A rule that has findings in the report. *headline*: what it finds, in one sentence; *group*: its folder."""

    name: str
    headline: str
    group: str
    confidence: str


class SourceLine(msgspec.Struct, frozen=True, order=True):
    """The text of one input line that a span of the report names; *line* counts from 1."""

    file: str
    line: int
    text: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one command found. *summary* is one sentence; *notes* are further remarks.

    *source_lines* are the lines that findings and problems point at: a format reads no file.
    *rules* are those of the findings, by name.
    """

    command: str
    exit: Exit
    summary: str
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    claims: tuple[ClaimOutcome, ...] = ()
    answers: tuple[Answer, ...] = ()
    comparison: Comparison | None = None
    map: Map | None = None
    repairs: tuple[Repair, ...] = ()
    steps: tuple[Step, ...] = ()
    written: tuple[Written, ...] = ()
    notes: tuple[str, ...] = ()
    source_lines: tuple[SourceLine, ...] = ()
    rules: tuple[RuleNote, ...] = ()
