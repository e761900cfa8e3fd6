"""Candidates for a repair: small changes of policies that might give a flow the other answer at one of its ends."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import unified_diff
from typing import Any

import msgspec

from propolis import profile as profiles
from propolis.commands.ends import named
from propolis.commands.inputs import Input
from propolis.commands.lines import place_in, value_at
from propolis.commands.questions import ARROW
from propolis.manifest import Document, Source, read
from propolis.manifest.splice import Edit, append_item, remove_item, replace_value, spliced
from propolis.model.policy import Effect
from propolis.model.report import Answer, ClaimOutcome, Line, SideAnswer
from propolis.model.rule import Origin
from propolis.model.span import Path
from propolis.model.verdict import Outcome, Why
from propolis.model.world import Endpoint
from propolis.peers.selectors import meets
from propolis.semantics.endpoints import existing
from propolis.semantics.ruleset import Ruleset, ruleset

_EMPTY_SECTION = "[{}]"
"""An item that selects nobody: the section still switches default deny on."""
_SECTIONS = ("ingress", "egress")
_CILIUM = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")


class Candidate(msgspec.Struct, frozen=True):
    """*title*: what it does, in words. *texts*: file name → its text afterwards, for every file that it changes."""

    title: str
    texts: tuple[tuple[str, str], ...]

    def sources(self, before: Iterable[Source]) -> tuple[Source, ...]:
        """*before* with the changes made; new files stand behind."""
        changed = dict(self.texts)
        kept = tuple(Source(one.name, changed.pop(one.name, one.text)) for one in before)
        return (*kept, *(Source(name, text) for name, text in changed.items()))


class Wanted(msgspec.Struct, frozen=True, eq=False):
    """A policy that the profile renders: its file, and the subjects of its rules."""

    file: str
    text: str
    object: dict[str, Any]
    rules: Ruleset

    def selects(self, endpoint: Endpoint | None) -> bool:
        """Whether it is about *endpoint*; about everybody who is not known."""
        return endpoint is None or any(meets(endpoint.labels, rule.subject) for rule in self.rules.rules)


def wanted(given: Input) -> tuple[Wanted, ...]:
    """What the profile of *given* renders, each policy by itself."""
    assert given.profile is not None, "who repairs has a profile"
    found = []
    for policy in profiles.rendering(given.profile).policies:
        text = profiles.text(policy)
        read_ = read([Source(policy.file, text)], given.settings.version)
        rules = ruleset(read_.policies, given.manifests.world, given.settings)
        found.append(Wanted(policy.file, text, policy.object, rules))
    return tuple(found)


def candidates(
    given: Input, rules: Ruleset, claim: ClaimOutcome, needed: Sequence[Wanted]
) -> Iterator[Candidate]:
    """Changes of the policies in *given*, whose rules are *rules*, that the broken *claim* gives reason for.

    They come from its counterexample; where no flow shows what is wrong, they are to remove the rules that its reason
    names, and the policies of the profile that are not there.
    """
    answer = claim.counterexample
    absent = [one for one in needed if not _is_there(one, given)]
    if answer is not None:
        ends = _ends(answer, rules)
        for side, end in ((answer.egress, ends[0]), (answer.ingress, ends[1])):
            about = [one for one in needed if one.selects(end)]
            yield from _of_side(given, rules, _judged(side, answer), end, about)
            yield from _added([one for one in absent if one in about], given)
        return
    for origin in dict.fromkeys(rule.origin for rule in rules.rules if _is_named(rule.origin, claim.reason)):
        document = given.manifests.documents[origin.document]
        title = f"remove `{origin.policy}` {_words(origin.path)}"
        yield from _edited(document, remove_item(document, origin.path), title)
    yield from _added(absent, given)


def _is_named(origin: Origin, reason: str) -> bool:
    name = f"{origin.policy} {'.'.join(map(str, origin.path))}"
    return re.search(rf"{re.escape(name)}(?![.\d])", reason) is not None


def everything(given: Input, needed: Sequence[Wanted]) -> Candidate | None:
    """Every policy of the profile that is missing, at once; None unless there are several."""
    absent = [one for one in needed if not _is_there(one, given)]
    if len(absent) < 2:
        return None
    texts = tuple((_new_name(one.file, given), one.text) for one in absent)
    return Candidate(f"add all {len(absent)} policies of the profile that are missing", texts)


def _judged(side: SideAnswer, answer: Answer) -> SideAnswer:
    """*side*, or what is said of the request there: that is what has to change where requests are judged."""
    request = answer.request
    return request if request and request.direction is side.direction and request.lines else side


def _added(policies: Iterable[Wanted], given: Input) -> Iterator[Candidate]:
    for one in policies:
        kind, name = one.object["kind"], one.object["metadata"]["name"]
        yield Candidate(
            f"add `{kind}/{name}` as the profile renders it", ((_new_name(one.file, given), one.text),)
        )


def _new_name(file: str, given: Input) -> str:
    """A name beside the first policy that is a file."""
    files = (given.manifests.documents[policy.document].file for policy in given.manifests.policies)
    beside = next((name for name in files if not name.startswith("<")), "")
    folder, slash, _ = beside.rpartition("/")
    name = f"{folder}{slash}{file}"
    return name if name not in given.texts else f"{folder}{slash}added-{file}"


def _is_there(one: Wanted, given: Input) -> bool:
    metadata = one.object["metadata"]
    key = one.object["kind"], metadata.get("namespace", ""), metadata["name"]
    return any((p.kind, p.namespace, p.name) == key for p in given.manifests.policies)


def _ends(answer: Answer, rules: Ruleset) -> tuple[Endpoint | None, Endpoint | None]:
    """The ends of the flow that *answer* is about; None for a pod that does not exist."""
    known = named(existing(rules))
    left, _, right = answer.flow.partition(f" {ARROW} ")
    target = max((name for name in known if right.startswith((f"{name}:", f"{name} "))), key=len, default="")
    return known.get(left, (None,))[0], known.get(target, (None,))[0]


# --- changes of one item ---


def _of_side(
    given: Input, rules: Ruleset, side: SideAnswer, end: Endpoint | None, about: Sequence[Wanted]
) -> Iterator[Candidate]:
    if side.why is Why.DEFAULT_DENY or (side.why is Why.REQUEST and side.outcome is Outcome.DENY):
        for origin in _beside(given, rules, side, end):
            document = given.manifests.documents[origin.document]
            yield from _openings(document, origin, [one for one in about if _is_no_wider(origin, one, rules)])
        return
    for origin in _origins(given, rules, side.lines):
        if _is_an_item(origin.path):
            yield from _narrowings(given.manifests.documents[origin.document], origin, about)


def _beside(given: Input, rules: Ruleset, side: SideAnswer, end: Endpoint | None) -> list[Origin]:
    """A rule of each section that is about *end*, so that an item can be added there."""
    if end is None:
        found = _origins(given, rules, side.lines)
    else:
        found = [
            rule.origin
            for rule in rules.rules
            if rule.direction is side.direction
            and rule.effect is Effect.ALLOW
            and meets(end.labels, rule.subject)
        ]
    sections = {(origin.document, origin.path[:-1]): origin for origin in found if _is_an_item(origin.path)}
    return list(sections.values())


def _origins(given: Input, rules: Ruleset, lines: Sequence[Line]) -> list[Origin]:
    """The rules that *lines* show."""
    place = place_in(given.manifests.documents)
    names = {line.policy for line in lines}
    shown = dict.fromkeys(rule.origin for rule in rules.rules if rule.origin.policy in names)
    return [origin for origin in shown if place(origin) in lines]


def _is_an_item(path: Path) -> bool:
    return len(path) > 1 and isinstance(path[-1], int) and isinstance(path[-2], str)


def _is_no_wider(origin: Origin, one: Wanted, rules: Ruleset) -> bool:
    """Whether the rule is about nobody whom the policy of the profile is not about as well."""
    subjects = [rule.subject for rule in rules.rules if rule.origin == origin]
    return all(
        one.selects(end) for end in existing(rules) if any(meets(end.labels, subject) for subject in subjects)
    )


def _narrowings(document: Document, origin: Origin, about: Sequence[Wanted]) -> Iterator[Candidate]:
    """Without the item, without a part of it, and as the profile needs it."""
    path, name = origin.path, f"`{origin.policy}` {_words(origin.path)}"
    section = value_at(document.value, path[:-1])
    if isinstance(section, list) and len(section) == 1 and path[-2] in _SECTIONS and _is_cilium(origin):
        yield from _edited(
            document, replace_value(document, path[:-1], _EMPTY_SECTION), f"let {name} select nobody"
        )
    yield from _edited(document, remove_item(document, path), f"remove {name}")
    for inner in _items(value_at(document.value, path), path):
        yield from _edited(
            document, remove_item(document, inner), f"remove {_words(inner)} of `{origin.policy}`"
        )
    for one in about if _is_cilium(origin) else ():
        items = one.object["spec"].get(path[-2])
        if items:
            edit = replace_value(document, path[:-1], _flow(items))
            yield from _edited(
                document, edit, f"write {_words(path[:-1])} of `{origin.policy}` as the profile has it"
            )


def _openings(document: Document, origin: Origin, about: Sequence[Wanted]) -> Iterator[Candidate]:
    """With one more item, which the profile needs."""
    path = origin.path
    for one in about if _is_cilium(origin) else ():
        for item in one.object["spec"].get(path[-2], ()):
            edit = append_item(document, path[:-1], _flow(item))
            yield from _edited(
                document, edit, f"add an item of the profile to {_words(path[:-1])} of `{origin.policy}`"
            )


def _is_cilium(origin: Origin) -> bool:
    return origin.policy.partition("/")[0] in _CILIUM


def _items(value: Any, path: Path) -> Iterator[Path]:
    """The items of every list inside *value* that has others beside them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _items(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            if len(value) > 1:
                yield (*path, number)
            yield from _items(inner, (*path, number))


def _flow(value: Any) -> str:
    """*value* as one line of YAML, which JSON is."""
    return json.dumps(value, ensure_ascii=False)


def _words(path: Path) -> str:
    """`spec.ingress[0]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _edited(document: Document, edit: Edit | None, title: str) -> Iterator[Candidate]:
    if edit is not None:
        yield Candidate(title, ((document.file, spliced(document.text, [edit])),))


# --- as text ---


def patch(before: dict[str, str], after: dict[str, str]) -> str:
    """What makes *before* to *after*, as a unified diff that `patch -p0` takes."""
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for name, text in after.items()
        for line in unified_diff(
            before.get(name, "").splitlines(keepends=True),
            text.splitlines(keepends=True),
            name if name in before else "/dev/null",
            name,
        )
    )


def size(diff: str) -> int:
    """The lines that *diff* takes away or adds."""
    return sum(
        line[:1] in "+-" and not line.startswith(("+++ ", "--- ")) for line in diff.splitlines() if line
    )
