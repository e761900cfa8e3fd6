"""The project: what its `propolis.toml` allows and what its baseline knows, for `check`."""

import re
import tomllib
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache

import msgspec

from propolis.commands.ports import ProjectFiles, Sources
from propolis.lint import baseline
from propolis.lint.allowances import EVERY_RULE, Allowance, covered
from propolis.lint.baseline import Known
from propolis.lint.rule import Persona, modules
from propolis.manifest import Source
from propolis.manifest.yaml.marks import Lines
from propolis.model.span import Problem, Span

CONFIGURATION = "propolis.toml"
BASELINE = ".propolis-baseline.json"
_ALLOW = re.compile(r"^[ \t]*\[\[[ \t]*check[ \t]*\.[ \t]*allow[ \t]*\]\]", re.MULTILINE)
_PLACE_IN_TEXT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_PLACE_IN_LIST = re.compile(r"allow\[(\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(\w+)`")
_EXAMPLE = '[[check.allow]] with rules = ["entity-all"], files = ["public/"] and reason = "…"'


def _as_it_is(path: str) -> str:
    return path


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """*place*: a file's path from the project's folder. *baseline_file*: where the baseline is, or would be.

    *persona*: who is to hear the findings. *excluded*: patterns of files that are not looked at.
    """

    allowances: tuple[Allowance, ...] = ()
    known: tuple[Known, ...] = ()
    place: Callable[[str], str] = _as_it_is
    baseline_file: str = BASELINE
    persona: Persona = Persona.REGULAR
    excluded: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class _Allow(msgspec.Struct, forbid_unknown_fields=True):
    rules: tuple[str, ...]
    reason: str
    files: tuple[str, ...] = ()


class _Check(msgspec.Struct, forbid_unknown_fields=True):
    baseline: str | None = None
    persona: Persona = Persona.REGULAR
    exclude: tuple[str, ...] = ()
    allow: tuple[_Allow, ...] = ()


class _Configuration(msgspec.Struct, forbid_unknown_fields=True):
    check: _Check = msgspec.field(default_factory=_Check)


_FIELDS = {part: part.__struct_fields__ for part in (_Configuration, _Check, _Allow)}


ALONE = Project()
"""Manifests that no project's file stands beside."""


def project(
    files: ProjectFiles,
    configuration: str | None,
    wanted: str | None,
    writing: bool = False,
    persona: Persona | None = None,
) -> Project:
    """The project that *configuration* describes (None: the nearest `propolis.toml`), with the baseline *wanted*.

    *persona* goes before that of the configuration. *writing*: the baseline is about to be written, so that there
    may be none.

    Errors:  none; what is wrong is a problem, each of which is bad input.
    """
    path = configuration or files.nearest(CONFIGURATION)
    source = files.text(path) if path else None
    if isinstance(source, Problem):
        return Project(problems=(source,))
    folder = files.folder(path) if path else ""
    try:
        held = _decoded(source.text) if source else _Configuration()
    except ValueError as error:
        assert source
        return Project(problems=(_problem(source, str(error)),))
    allowances = tuple(_allowances(source, held.check.allow)) if source else ()
    named = wanted or (files.below(folder, held.check.baseline) if held.check.baseline else None)
    known, problems = _known(files, named, writing)
    return Project(
        allowances=allowances,
        known=known,
        place=cache(lambda one: files.place(one, folder)),
        baseline_file=named or files.below(folder, BASELINE),
        persona=persona or held.check.persona,
        excluded=held.check.exclude,
        problems=(*(_unknown_rules(allowances)), *problems),
    )


def manifests_of(sources: Sources, project: Project) -> Sources:
    """*sources* without what *project* excludes, and without its baseline, which may stand among them."""
    own = project.place(project.baseline_file)
    name = own.rpartition("/")[2]

    def stays(source: Source) -> bool:
        if not project.excluded and not source.name.endswith(name):
            return True  # saves a relative path for each of thousands of files
        place = project.place(source.name)
        return place != own and not covered(place, project.excluded)

    return msgspec.structs.replace(sources, texts=tuple(filter(stays, sources.texts)))


def _decoded(text: str) -> _Configuration:
    try:
        found = msgspec.convert(tomllib.loads(text), _Configuration)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(str(error)) from error
    for number, allow in enumerate(found.check.allow):
        at = f" - at `$.check.allow[{number}]`"
        if not allow.reason.strip():
            raise ValueError(f"an allowance without a reason allows nothing{at}")
        if not allow.rules:
            raise ValueError(f"an allowance names at least one rule{at}")
        if EVERY_RULE in allow.rules and not allow.files:
            raise ValueError(f"`{EVERY_RULE}` allows every rule, so it needs `files`{at}")
    return found


def _problem(source: Source, sentence: str) -> Problem:
    """What is wrong with the configuration *source*: at the line and column, or the key, that *sentence* names."""
    words, _, path = sentence.partition(" - at `$")
    if place := _PLACE_IN_TEXT.search(words):
        start = len(source.text)
        if place[1]:
            start = _offset_of_line(source.text, int(place[1])) + int(place[2]) - 1
        return _unusable(
            source, words[: place.start()], Lines(source.name, source.text).span(start, start), ""
        )
    number = _PLACE_IN_LIST.search(path)
    unknown = _UNKNOWN.search(words)
    keys = [unknown[1]] if unknown else re.findall(r"\.(\w+)", path)
    span = _span(source, int(number[1])) if number else _whole(source)
    written = re.compile(rf"^[ \t]*({keys[-1]})[ \t]*=", re.MULTILINE) if keys else None
    if found := written and written.search(source.text, span.start):
        span = Lines(source.name, source.text).span(*found.span(1))
    help = f"write {_EXAMPLE}" if number else ""
    if unknown:
        known = _FIELDS[_Allow if number else _Check if path.startswith(".check") else _Configuration]
        help = f"it is one of {', '.join(f'`{name}`' for name in known)}"
    elif keys and keys[-1] == "persona":
        help = f"it is one of {', '.join(f'`{persona}`' for persona in Persona)}"
    return _unusable(source, words, span, help)


def _unusable(source: Source, words: str, span: Span, help: str) -> Problem:
    message = f"`{source.name}` cannot be used: {words[:1].lower()}{words[1:]}"
    return Problem("configuration", message, span, help)


def _offset_of_line(text: str, line: int) -> int:
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
    return offset


def _allowances(source: Source, written: tuple[_Allow, ...]) -> Iterator[Allowance]:
    for number, one in enumerate(written):
        yield Allowance(one.rules, one.files, one.reason.strip(), _span(source, number))


def _span(source: Source, number: int) -> Span:
    """The heading of the allowance *number*; the file's first line where they have no headings."""
    headings = list(_ALLOW.finditer(source.text))
    if number >= len(headings):
        return _whole(source)
    return Lines(source.name, source.text).span(*headings[number].span())


def _whole(source: Source) -> Span:
    return Lines(source.name, source.text).span(0, 0)


def _unknown_rules(allowances: tuple[Allowance, ...]) -> Iterator[Problem]:
    known = {EVERY_RULE, *modules()}
    for allowance in allowances:
        for name in allowance.rules:
            if name not in known:
                close = get_close_matches(name[:60], known, 1)
                help = f"did you mean `{close[0]}`?" if close else "`propolis rule` lists them all"
                yield Problem("unknown-rule", f"no rule is called `{name}`", allowance.span, help)


def _known(
    files: ProjectFiles, path: str | None, writing: bool
) -> tuple[tuple[Known, ...], tuple[Problem, ...]]:
    if path is None or (writing and not files.exists(path)):
        return (), ()
    source = files.text(path)
    if isinstance(source, Problem):
        return (), (source,)
    try:
        return baseline.decoded(source.text), ()
    except ValueError as error:
        message = f"`{path}` cannot be used as the baseline: {error}"
        return (), (Problem("baseline", message, None, "`--write-baseline` writes one"),)
