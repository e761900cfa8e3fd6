"""`propolis ask`: is this flow allowed, and by which lines?"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from propolis.commands.ends import meant, named, with_outside
from propolis.commands.excerpts import with_source_lines
from propolis.commands.force import Force, in_force
from propolis.commands.inputs import Input, counted, reported
from propolis.commands.lines import place_in
from propolis.commands.questions import Question, question
from propolis.model.flow import Flow, HttpRequest
from propolis.model.report import Answer, Exit, Report
from propolis.model.span import Problem
from propolis.model.verdict import Outcome
from propolis.model.world import Endpoint
from propolis.requests.wire import NotJudged, arriving
from propolis.semantics.endpoints import endpoints
from propolis.semantics.explain import answer

COMMAND = "ask"
Names = Mapping[str, tuple[Endpoint, ...]]


def ask(given: Input, texts: Sequence[str], headers: tuple[tuple[str, str], ...]) -> Report:
    """What happens to the flows that *texts* describe; *headers* are added to every HTTP request.

    Exit: BAD_INPUT when a question or a document could not be read, KEPT if every flow is allowed, else BROKEN.
    """
    files = {f"<question {number}>": text for number, text in enumerate(texts, 1)}
    parsed = [question(text, file, headers) for file, text in files.items()]
    questions = [each for each in parsed if isinstance(each, Question)]
    ends = [end for each in questions for end in (each.source, each.destination)]
    force = in_force(given, with_outside(given.manifests.world, ends))
    names = named(endpoints(force.rules))
    found = [each for asked in parsed for each in _answers(asked, names, force, given)]
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


def _answers(
    asked: Question | Problem, names: Names, force: Force, given: Input
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
    place = place_in(given.manifests.documents)
    for one, other in product(source, destination):
        yield answer(force.rules, Flow(one, other, asked.protocol, asked.port, request), place)


def _exit(answers: Sequence[Answer]) -> Exit:
    return Exit.KEPT if all(each.outcome is Outcome.ALLOW for each in answers) else Exit.BROKEN


def _summary(answers: Sequence[Answer], force: Force) -> str:
    if not answers:
        return "no question could be answered"
    counts = [(outcome, sum(each.outcome is outcome for each in answers)) for outcome in Outcome]
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts if number)
    return f"{counted(len(answers), 'flow')}: {said} (Cilium {force.rules.settings.version})"
