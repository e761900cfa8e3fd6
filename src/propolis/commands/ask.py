"""`propolis ask`: is this flow allowed, and by which lines?"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product

from propolis.commands.ends import meant, named, with_outside
from propolis.commands.excerpts import with_source_lines
from propolis.commands.force import Force, in_force
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.lines import place_in
from propolis.commands.questions import Question, question
from propolis.model.flags import described
from propolis.model.flow import Flow, HttpRequest
from propolis.model.report import Answer, Exit, Report
from propolis.model.span import Problem
from propolis.model.verdict import Outcome
from propolis.model.world import Endpoint
from propolis.requests.wire import NotJudged, arriving
from propolis.semantics.endpoints import endpoints
from propolis.semantics.explain import Answering, answer
from propolis.semantics.imagined import drafted
from propolis.semantics.ruleset import Ruleset
from propolis.semantics.symbolic import Scene

COMMAND = "ask"
Names = Mapping[str, tuple[Endpoint, ...]]


def ask(
    given: Input,
    texts: Sequence[str],
    headers: tuple[tuple[str, str], ...],
    answering: Answering | None = None,
) -> Report:
    """What happens to the flows that *texts* describe; *headers* are added to every HTTP request.

    *answering* None: told from the policies as a whole; `semantics.explain.explained` says more.

    Exit: BAD_INPUT when a question or a document could not be read, KEPT if every flow is allowed, else BROKEN.
    """
    files = {f"<question {number}>": text for number, text in enumerate(texts, 1)}
    parsed = [question(text, file, headers) for file, text in files.items()]
    questions = [each for each in parsed if isinstance(each, Question)]
    ends = [end for each in questions for end in (each.source, each.destination)]
    force = in_force(given, with_outside(given.manifests.world, ends))
    everybody = _endpoints(force.rules, ends)
    names = named(everybody)
    teller = _teller(force, given, everybody, answering)
    found = [each for asked in parsed for each in _answers(asked, names, force, teller)]
    answers = tuple(each for each in found if isinstance(each, Answer))
    problems = tuple(each for each in found if isinstance(each, Problem))
    report = Report(
        command=COMMAND,
        exit=Exit.BAD_INPUT if problems else _exit(answers),
        summary=_summary(answers, force),
        problems=(*force.problems, *problems),
        answers=answers,
        notes=force.notes,
    )
    return with_source_lines(reported(report, given), {**given.texts, **files})


def _endpoints(rules: Ruleset, ends: Iterable[str]) -> tuple[Endpoint, ...]:
    """The endpoints of *rules*, and the pods that nobody has created, by the names that proofs give them."""
    known = endpoints(rules)
    names = {endpoint.name for endpoint in known}
    asked = [draft for end in dict.fromkeys(ends) if end not in names and (draft := drafted(end))]
    return (*known, *(draft.endpoint(rules) for draft in asked))


def _teller(
    force: Force, given: Input, everybody: Sequence[Endpoint], answering: Answering | None
) -> Callable[[Flow], Answer]:
    place = place_in(given.manifests.documents)
    if answering is None:
        return lambda flow: answer(force.rules, flow, place)
    scenes: list[Scene] = []

    def told(flow: Flow) -> Answer:
        if not scenes:
            scenes.append(Scene(force.rules, everybody))
        return answering(scenes[0], flow, place)

    return told


def ask_each(
    given: Sequence[Input],
    texts: Sequence[str],
    headers: tuple[tuple[str, str], ...],
    answering: Answering | None = None,
) -> Report:
    """What happens to the same flows under each of *given*, which differ in the Cilium version.

    Exit: as for `ask`, the worst of all versions.
    """
    reports = [ask(one, texts, headers, answering) for one in given]
    versions = [f"Cilium {one.settings.version}" for one in given]
    flows: dict[tuple[str, str], list[tuple[str, Answer]]] = {}
    for version, report in zip(versions, reports, strict=True):
        for each in report.answers:
            flows.setdefault((each.flow, each.request_line), []).append((version, each))
    differing = [found for found in flows.values() if _differs(found)]
    return Report(
        command=COMMAND,
        exit=max(report.exit for report in reports),
        summary=_summary_of_versions(len(flows), differing, versions),
        problems=tuple(dict.fromkeys(problem for report in reports for problem in report.problems)),
        answers=tuple(each for found in flows.values() for _, each in found),
        notes=(*_notes_of_versions(versions, reports), *map(_difference, differing)),
        source_lines=tuple(sorted({line for report in reports for line in report.source_lines})),
    )


_Answered = Sequence[tuple[str, Answer]]
"""The answers about one flow, each with its Cilium version."""


def _outcomes(found: _Answered) -> dict[str, tuple[Outcome, ...]]:
    """Version → its outcomes: more than one if workloads of different kinds share a name."""
    by_version: dict[str, tuple[Outcome, ...]] = {}
    for version, each in found:
        by_version[version] = (*by_version.get(version, ()), each.outcome)
    return by_version


def _differs(found: _Answered) -> bool:
    return len(set(_outcomes(found).values())) > 1


def _difference(found: _Answered) -> str:
    said = ", ".join(f"{'/'.join(outcomes)} in {version}" for version, outcomes in _outcomes(found).items())
    shown = found[0][1]
    return (
        f"the versions differ: {shown.flow}{' ' + shown.request_line if shown.request_line else ''}: {said}"
    )


def _notes_of_versions(versions: Sequence[str], reports: Sequence[Report]) -> Iterator[str]:
    for note in dict.fromkeys(note for report in reports for note in report.notes):
        having = [version for version, report in zip(versions, reports, strict=True) if note in report.notes]
        yield note if len(having) == len(versions) else f"{', '.join(having)}: {note}"


def _summary_of_versions(flows: int, differing: Sequence[_Answered], versions: Sequence[str]) -> str:
    if not flows:
        return "no question could be answered"
    said = "differ in" if differing else "agree about"
    return f"{', '.join(versions)} {said} {len(differing) or 'all'} of {counted(flows, 'flow')}"


def _answers(
    asked: Question | Problem, names: Names, force: Force, teller: Callable[[Flow], Answer]
) -> Iterator[Answer | Problem]:
    """One answer for each pair of endpoints that the question's names mean, or what is wrong with it."""
    if isinstance(asked, Problem):
        yield asked
        return
    world, settings = force.rules.world, force.rules.settings
    source = meant(asked.source, asked.source_span, names, world, settings)
    destination = meant(asked.destination, asked.destination_span, names, world, settings)
    if isinstance(source, Problem) or isinstance(destination, Problem):
        yield from (end for end in (source, destination) if isinstance(end, Problem))
        return
    request = asked.request
    if isinstance(request, HttpRequest):
        arrived = arriving(request)
        if isinstance(arrived, NotJudged):
            message = f"no policy judges this request: {arrived.reason}"
            yield Problem("not-judged", message, asked.destination_span, "ask for the request that arrives")
            return
        request = arrived
    for one, other in product(source, destination):
        yield teller(Flow(one, other, asked.protocol, asked.port, request))


def _exit(answers: Sequence[Answer]) -> Exit:
    return Exit.KEPT if all(each.outcome is Outcome.ALLOW for each in answers) else Exit.BROKEN


def _summary(answers: Sequence[Answer], force: Force) -> str:
    if not answers:
        return "no question could be answered"
    counts = [(outcome, sum(each.outcome is outcome for each in answers)) for outcome in Outcome]
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts if number)
    return f"{counted(len(answers), 'flow')}: {said} ({described(force.rules.settings)})"
