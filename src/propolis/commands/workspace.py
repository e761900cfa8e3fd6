"""The workspace of an editor: texts that change, what is found in each at once, and in all after a pause."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from propolis.commands import rule as pages
from propolis.commands.check import check, other_problems
from propolis.commands.inputs import Input, assumed, input_of
from propolis.commands.inspection import beside
from propolis.commands.ports import ProjectFiles, SourceReader, Sources
from propolis.commands.project import ALONE, CONFIGURATION, Project, project
from propolis.lint import named_pods
from propolis.lint.alone import Examined, Findings, examined, one_by_one
from propolis.lint.context import Evidence
from propolis.lint.fixing import fixed
from propolis.lint.linting import at_once
from propolis.lint.moving import Change, change
from propolis.lint.rule import Needs, rules
from propolis.lint.selected import Crowd, at
from propolis.manifest import Gist, Source
from propolis.manifest.facts import gist
from propolis.model.finding import Finding, Safety, TextEdit
from propolis.model.flags import Flag
from propolis.model.settings import DEFAULT_VERSION, Settings, Version
from propolis.model.span import Problem, Span
from propolis.model.world import World

NO_MANIFEST = frozenset({"no-object", "no-kind"})
"""Said about every YAML file that is meant for something else; an editor shows all of them."""

OF_OTHERS = frozenset({"replaced-object", "several-profiles"})
"""Said about a text because of what stands in others, or does not."""


class Shown(msgspec.Struct, frozen=True):
    """What is known of one *text* now: findings of other texts' making are those of the last judgement, moved."""

    text: str
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    """All texts at one moment, by name, and what each was found to be alone. It can be judged in another thread."""

    number: int
    texts: Mapping[str, str]
    known: Mapping[str, Examined]
    settings: Settings


class Judgement(msgspec.Struct, frozen=True):
    """What `check` says of a snapshot, by file."""

    snapshot: Snapshot
    shown: Mapping[str, Shown]
    known: Mapping[str, Examined]
    settings: Settings
    crowd: Crowd


class Hint(msgspec.Struct, frozen=True):
    """What there is to say of a place: Markdown about what stands at *span*."""

    text: str
    span: Span


class Workspace:
    """The manifests of *folders*, and the texts that an editor has open: these go before what the disk holds."""

    def __init__(
        self,
        reader: SourceReader,
        files: ProjectFiles,
        version: Version | None = None,
        flags: tuple[Flag, ...] = (),
    ) -> None:
        self._reader = reader
        self._files = files
        self._project: Project = ALONE
        self._folder: str | None = None
        self._version = version
        self._flags = flags
        self._settings = assumed(version or DEFAULT_VERSION, flags)
        self._saved: dict[str, str] = {}
        self._open: dict[str, str] = {}
        self._known: dict[str, Examined] = {}
        self._shown: dict[str, Shown] = {}
        self._judged: dict[str, Shown] = {}
        self._crowd = Crowd(World(), False, self._settings)
        self._number = 0

    # --- what the editor tells ---

    def load(self, folders: Sequence[str]) -> tuple[Problem, ...]:
        """Read the manifests below *folders*, and the `propolis.toml` of the first; what cannot be read.

        A folder without any manifest is no mistake here.
        """
        if not folders:
            return ()
        self._folder = folders[0]
        read = self._reader.read(folders)
        self._saved.update((source.name, source.text) for source in read.texts)
        problems = tuple(problem for problem in read.problems if problem.code != "no-manifests")
        return (*problems, *self.configured())

    def configured(self) -> tuple[Problem, ...]:
        """Read `propolis.toml` again; what is wrong with it. Without any, nothing is allowed."""
        self._number += 1
        path = self._files.below(self._folder or "", CONFIGURATION)
        found = project(self._files, path, None) if self._files.exists(path) else ALONE
        self._project = found
        return found.problems

    def opened(self, name: str, text: str) -> Shown:
        """The editor shows *name*, or has changed it to *text*: what is found in it alone."""
        self._open[name] = text
        self._number += 1
        return self._look(name, text)

    def closed(self, name: str) -> None:
        """What the disk holds counts again."""
        self._open.pop(name, None)
        self.stored(name)

    def stored(self, name: str) -> None:
        """The file *name* was written, made or removed by anybody."""
        read = self._reader.read([name])
        self._saved.pop(name, None)
        self._saved.update((source.name, source.text) for source in read.texts)
        if name not in self._saved and name not in self._open:
            self._shown.pop(name, None)
        self._number += 1

    # --- what is found ---

    def shown(self, name: str) -> Shown | None:
        return self._shown.get(name)

    def snapshot(self) -> Snapshot:
        texts = {**self._saved, **self._open}
        known = {text: self._known[text] for text in texts.values() if text in self._known}
        return Snapshot(self._number, dict(sorted(texts.items())), known, self._settings)

    def judgement(self, snapshot: Snapshot) -> Judgement:
        """What `check` says of all texts of *snapshot*; nothing of this workspace is changed."""
        memory = _Memory(snapshot)
        sources = Sources(tuple(Source(*named) for named in snapshot.texts.items()))
        given = input_of(sources, self._version, self._flags, memory)
        report = check(given, self._project, memory)
        shown = {name: Shown(text) for name, text in snapshot.texts.items()}
        for name, findings in _by_file(report.findings).items():
            shown[name] = msgspec.structs.replace(shown[name], findings=tuple(findings))
        for name, problems in _by_file(report.problems).items():
            if name not in shown:  # `propolis.toml` itself, of which `configured` speaks
                continue
            told = _worth_telling(problems, given.manifests.known[snapshot.texts[name]])
            shown[name] = msgspec.structs.replace(shown[name], problems=told)
        read = given.manifests
        is_given = bool(read.world.workloads)
        world = read.world if is_given else named_pods.world(read.policies)
        return Judgement(
            snapshot, shown, memory.known, given.settings, Crowd(world, is_given, given.settings)
        )

    def accept(self, judgement: Judgement) -> tuple[str, ...]:
        """Show what *judgement* found; the names of the texts about which something else is said than before."""
        texts = {**self._saved, **self._open}
        known = dict(judgement.known)
        if judgement.settings == self._settings:
            known.update(self._known)
        self._settings = judgement.settings
        self._known = {text: known[text] for text in texts.values() if text in known}
        self._crowd = judgement.crowd
        before = self._shown
        self._judged = dict(judgement.shown)
        self._shown = dict(judgement.shown)
        for name, text in texts.items():
            if name not in self._shown or self._shown[name].text != text:
                self._look(name, text)
        names = sorted({*before, *self._shown})
        return tuple(name for name in names if _said(before.get(name)) != _said(self._shown.get(name)))

    def is_current(self, snapshot: Snapshot) -> bool:
        """Whether nothing has changed since *snapshot* was made."""
        return snapshot.number == self._number

    def _look(self, name: str, text: str) -> Shown:
        """What is found in *text* alone, beside what the last judgement found with the help of others."""
        if text not in self._known:
            (self._known[text],) = examined([text], self._settings)
        memory = _Memory(Snapshot(0, {name: text}, self._known, self._settings))
        given = input_of(Sources((Source(name, text),)), self._settings.version, self._flags, memory)
        every = at_once(_evidence(given, self._settings), memory)
        alone = beside(self._project, every, given).findings
        known = self._judged.get(name)
        others = _of_others(known, change(known.text, text, name)) if known else Shown(text)
        found = tuple(sorted((*alone, *others.findings), key=lambda one: (one.span.start, one.rule)))
        told = [one for one in other_problems(given) if one.code not in OF_OTHERS]
        problems = _worth_telling((*told, *others.problems), self._known[text][0])
        self._shown[name] = Shown(text, found, problems)
        return self._shown[name]

    # --- what is asked ---

    def hints(self, name: str, offset: int) -> tuple[Hint, ...]:
        """The pages of the rules with a finding at *offset*, and what the selector there selects."""
        shown = self._shown.get(name)
        if shown is None:
            return ()
        here = [one for one in shown.findings if one.span.start <= offset <= one.span.end]
        told = [Hint(str(pages.page(one.rule)), one.span) for one in {one.rule: one for one in here}.values()]
        read = input_of(Sources((Source(name, shown.text),)), self._settings.version).manifests
        found = at(offset, read.documents, read.policies, self._crowd)
        return (*([Hint(found.text, found.span)] if found else ()), *told)

    def fixes(self, name: str, start: int, end: int) -> tuple[Finding, ...]:
        """The findings between two offsets that have a fix."""
        shown = self._shown.get(name)
        found = shown.findings if shown else ()
        return tuple(one for one in found if one.fix and one.span.start <= end and start <= one.span.end)

    def safe_edits(self, name: str) -> tuple[TextEdit, ...]:
        """What makes all safe fixes of the text *name* at once."""
        shown = self._shown.get(name)
        return fixed(shown.text, name, shown.findings, frozenset({Safety.SAFE})).edits if shown else ()


def _said(shown: Shown | None) -> object:
    return (shown.findings, shown.problems) if shown else ((), ())


def _evidence(given: Input, settings: Settings) -> Evidence:
    read = given.manifests
    return Evidence(
        read.documents, read.policies, given.problems, None, settings, values=read.values, flags=read.flags
    )


def _of_others(known: Shown, change: Change) -> Shown:
    """What *known* says because of other texts, where it stands after *change*."""
    every = rules()
    findings = (one for one in known.findings if every[one.rule].NEEDS is not Needs.DOCUMENT)
    problems = (one for one in known.problems if one.code in OF_OTHERS)
    return Shown(
        change.lines.text,
        tuple(moved for one in findings if (moved := change.moved(one))),
        tuple(told for one in problems if (told := change.told(one))),
    )


_Of = TypeVar("_Of", Finding, Problem)


def _by_file(found: Iterable[_Of]) -> Mapping[str, Sequence[_Of]]:
    files: dict[str, list[_Of]] = {}
    for one in found:
        if one.span is not None:
            files.setdefault(one.span.file, []).append(one)
    return files


def _worth_telling(problems: Iterable[Problem], known: Gist) -> tuple[Problem, ...]:
    """The *problems* of a text, without those that only say that it is no manifest."""
    is_manifest = bool(known.facts or known.skipped or known.flags or known.profiles)
    return tuple(problem for problem in problems if is_manifest or problem.code not in NO_MANIFEST)


class _Memory:
    """Implements `manifest.Gists` and `lint.alone.Memory` on what a snapshot knows."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._settings = snapshot.settings
        self._texts = frozenset(snapshot.texts.values())
        self.known = dict(snapshot.known)

    def __call__(self, texts: Sequence[str], version: Version) -> Sequence[Gist]:
        if version != self._settings.version:
            self._settings, self.known = msgspec.structs.replace(self._settings, version=version), {}
        self._examine([text for text in texts if text in self._texts])
        return [self.known[text][0] if text in self.known else gist(text, version) for text in texts]

    def alone(self, texts: Sequence[str], settings: Settings) -> Sequence[Findings]:
        if settings != self._settings:
            self._settings, self.known = settings, {}
        self._examine(texts)
        return [self.known[text][1] for text in texts]

    def together(
        self, sources: Sequence[Source], settings: Settings, made: Callable[[], Findings]
    ) -> Findings:
        return made()

    def beside(self, parts: Sequence[Callable[[], Findings]]) -> Sequence[Findings]:
        return one_by_one(parts)

    def _examine(self, texts: Sequence[str]) -> None:
        fresh = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(fresh, examined(fresh, self._settings), strict=True))
