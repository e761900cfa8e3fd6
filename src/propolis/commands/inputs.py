"""What a verb works on: sources read as manifests, the one profile among them, the settings they give."""

from collections.abc import Callable, Iterator, Mapping

import msgspec

from propolis import profile as profiles
from propolis import protos
from propolis.commands.excerpts import with_source_lines
from propolis.commands.ports import FileReader, Gists, Sources
from propolis.manifest import Document, Manifests, Source, gists, read, reusing
from propolis.manifest.facts import profiles as profiles_in
from propolis.model.flags import UNREAD, Flag, Mistake, assigned, is_read
from propolis.model.grpc import Method
from propolis.model.profile import Profile
from propolis.model.report import Exit, Report
from propolis.model.settings import DEFAULT_VERSION, RELEASES, Settings, Version
from propolis.model.span import Problem


class Input(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """*problems*: of all sources, those of the profile included. *exit*: the worst of reading.

    *flags*: those that were named beside the sources; *settings* hold them and those of the sources.

    A refused policy is no bad input: that nothing of it is in force is for the verb to say.
    """

    manifests: Manifests
    profile: Profile | None
    profile_document: Document | None
    settings: Settings
    flags: tuple[Flag, ...]
    problems: tuple[Problem, ...]
    exit: Exit
    texts: Mapping[str, str]
    gists: Gists
    """For texts that are mostly the same."""
    files: FileReader | None


def input_of(
    sources: Sources,
    wanted: Version | None,
    flags: tuple[Flag, ...] = (),
    gists: Gists = gists,
    files: FileReader | None = None,
) -> Input:
    """What *sources* hold, read as Cilium *wanted* reads it; None: the profile's version, or the default.

    *flags* go before those of the agent's ConfigMap among the sources. *files* reads those that the profile names;
    without it they are not looked at.

    Errors:  none; whatever is wrong is a problem.
    """
    version = wanted or _version_of_profile(sources) or DEFAULT_VERSION
    manifests = read(sources.texts, version.series, gists)
    document = manifests.profiles[0] if manifests.profiles else None
    found = profiles.profile(document) if document else profiles.Read(None, ())
    named = found.profile.cluster.version if found.profile else DEFAULT_VERSION
    if not wanted and named != version:
        version = named
        manifests = read(sources.texts, version.series, gists)
    if found.profile and document and files:
        found = profiles.with_definitions(found.profile, document, _methods_of(document, files))
    extra = _extra_profiles(manifests)
    settings, wrong = _settings(version, manifests.flags, flags)
    refusals = {problem for policy in manifests.policies for problem in policy.refusals}
    unreadable = [p for p in manifests.problems if p.severity == "error" and p not in refusals]
    bad = [*unreadable, *found.problems, *extra, *(p for p in wrong if p.severity == "error")]
    return Input(
        manifests=manifests,
        profile=found.profile,
        profile_document=document,
        settings=settings,
        flags=flags,
        problems=(
            *sources.problems,
            *manifests.problems,
            *found.problems,
            *found.remarks,
            *extra,
            *wrong,
        ),
        exit=max(sources.exit, Exit.BAD_INPUT if bad else Exit.KEPT),
        texts={source.name: source.text for source in sources.texts},
        gists=reusing(manifests, gists),
        files=files,
    )


def again(given: Input, texts: Mapping[str, str], files: FileReader | None = None) -> Input:
    """*texts* by name, read as those of *given* were; *files* reads what the profile names; None: as before."""
    sources = Sources(tuple(Source(name, text) for name, text in texts.items()))
    return input_of(sources, given.settings.version, given.flags, given.gists, files or given.files)


def assumed(version: Version, flags: tuple[Flag, ...]) -> Settings:
    """The settings of *version* with *flags*, as long as no manifest is known that sets others."""
    return _settings(version, (), flags)[0]


def _methods_of(document: Document, files: FileReader) -> Callable[[str], tuple[Method, ...] | protos.Unread]:
    """Reads the methods that a file beside *document* defines."""

    def methods_of(name: str) -> tuple[Method, ...] | protos.Unread:
        data = files.data(name, document.span(()).file)
        if isinstance(data, Problem):
            return protos.Unread(data.message, data.help or "name it from the profile's folder")
        return protos.methods(name, data)

    return methods_of


def _settings(
    version: Version, told: tuple[Flag, ...], named: tuple[Flag, ...]
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of *version* with the flags that are *told* by manifests and *named* by the user."""
    settings, problems = Settings(version=version), list(_unknown_release(version))
    for flag in (*(f for f in told if is_read(f.name)), *named):
        after = assigned(settings, flag)
        if isinstance(after, Mistake):
            problems.append(Problem("unknown-setting", after.message, flag.span, after.help))
        else:
            settings = after
    problems += _differences(told)
    for flag in told:
        if flag.name in UNREAD and flag.value not in ("", "false"):
            message = f"`{flag.name}` is not taken into account: {UNREAD[flag.name]}"
            problems.append(Problem("unread-setting", message, flag.span, "", "warning"))
    return settings, tuple(problems)


def _unknown_release(version: Version) -> Iterator[Problem]:
    newest = msgspec.structs.replace(version, patch=RELEASES[version.series].newest)
    if version > newest:
        message = f"Cilium {version} is newer than the releases that are known here"
        yield Problem("unknown-release", message, None, f"it is judged as Cilium {newest}", "warning")


def _differences(told: tuple[Flag, ...]) -> Iterator[Problem]:
    """A note for each flag that manifests set again to something else: the last one counts."""
    before: dict[str, Flag] = {}
    for flag in told:
        earlier = before.get(flag.name)
        if earlier and earlier.span and earlier.value.strip().lower() != flag.value.strip().lower():
            where = f"{earlier.span.file}:{earlier.span.line}"
            message = f"`{flag.name}` is `{earlier.value}` at {where}, and `{flag.value}` here, which counts"
            help = "give the settings of one cluster only"
            yield Problem("settings-differ", message, flag.span, help, "note")
        before[flag.name] = flag


def _version_of_profile(sources: Sources) -> Version | None:
    """The version that the first profile names, so that all else is read once only; None when it is not found."""
    documents = (document for source in sources.texts for document in profiles_in(source.text))
    first = next(documents, None)
    found = profiles.profile(first).profile if first else None
    return found.cluster.version if found else None


def _extra_profiles(manifests: Manifests) -> tuple[Problem, ...]:
    """A problem for every profile after the first: which one is meant cannot be known."""
    return tuple(
        Problem("several-profiles", "a second profile was given", document.span(()), "name only one of them")
        for document in manifests.profiles[1:]
    )


def reported(report: Report, given: Input) -> Report:
    """*report* with the exit code of reading *given* in it, and the lines that it points at."""
    worst = msgspec.structs.replace(report, exit=max(report.exit, given.exit))
    return with_source_lines(worst, given.texts)


def counted(number: int, word: str) -> str:
    """*number* with *word*, which takes an s unless there is one."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
