"""What a rule sees: documents, policies, problems, perhaps a world, and the engine when it asks for it."""

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import getitem
from typing import Any

import msgspec

from propolis.lint import edits
from propolis.lint.engine import Engine
from propolis.lint.suppressions import Suppression
from propolis.manifest import Gists, HelmValues, Manifests, gists
from propolis.manifest.yaml import Document
from propolis.model.finding import Finding, Fix, Safety, Severity, TextEdit
from propolis.model.flags import Flag
from propolis.model.policy import Policy
from propolis.model.settings import Settings
from propolis.model.span import Path, Problem, Span
from propolis.model.world import World


@dataclass(frozen=True)
class Evidence:
    """What was read. *world* is None when no workload was given; *problems* are those of the schema."""

    documents: tuple[Document, ...]
    policies: tuple[Policy, ...]
    problems: tuple[Problem, ...]
    world: World | None
    settings: Settings
    gists: Gists = gists
    """For texts that are mostly the same."""
    values: tuple[HelmValues, ...] = ()
    """Where Helm values of Cilium stand."""
    flags: tuple[Flag, ...] = ()
    """Flags of the agent that manifests set; the *settings* hold them already."""
    places: dict[object, tuple[Any, ...]] = field(default_factory=dict, repr=False, compare=False)
    """What `places` found once."""

    @classmethod
    def of(cls, read: Manifests, settings: Settings, gists: Gists = gists) -> "Evidence":
        """All that was *read*; without workloads there is no world."""
        world = read.world if read.world.workloads else None
        return cls(
            read.documents, read.policies, read.problems, world, settings, gists, read.values, read.flags
        )

    @functools.cached_property
    def engine(self) -> Engine:
        """The engine on these policies; where no workload was given, on the pods that they talk about."""
        return Engine(self.policies, self.world, self.settings)


@dataclass(frozen=True)
class Context:
    """The evidence, and the rule that looks at it: its *rule* and *severity* are put on every finding."""

    evidence: Evidence
    rule: str = ""
    severity: Severity = Severity.WARNING
    suppressions: tuple[Suppression, ...] = ()
    """Only for rules that need the outcome: the suppressions, each with the rules that it hid."""

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.evidence.documents

    @property
    def policies(self) -> tuple[Policy, ...]:
        return self.evidence.policies

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.evidence.problems

    @property
    def settings(self) -> Settings:
        return self.evidence.settings

    @property
    def engine(self) -> Engine:
        return self.evidence.engine

    def of_rule(self, rule: str, severity: Severity) -> "Context":
        """The same evidence, seen by *rule*."""
        return Context(self.evidence, rule, severity, self.suppressions)

    def document(self, policy: Policy) -> Document:
        return self.documents[policy.document]

    def written(self, policy: Policy, path: Path) -> Any:
        """The JSON value that the author wrote at *path*, None when there is none."""
        try:
            return functools.reduce(getitem, path, self.document(policy).value)
        except (KeyError, IndexError, TypeError):  # a value of another shape holds nothing at this path
            return None

    def rewrite(self, policy: Policy, path: Path, text: str, safety: Safety) -> Fix | None:
        """The fix that writes the string *text* in place of the scalar at *path*."""
        quoted = json.dumps(text, ensure_ascii=False)
        return fix(f"write `{quoted}`", safety, edits.replacement(self.document(policy), path, quoted))

    def rewrite_plain(
        self, policy: Policy, path: Path, word: str, safety: Safety, comment: str = ""
    ) -> Fix | None:
        """The same for a *word* that needs no quotes, and gets those that are there; *comment* goes behind it.

        None where a comment cannot stand: what was in quotes, as all of JSON is, was none.
        """
        document = self.document(policy)
        is_quoted = edits.is_quoted(document, path)
        if comment and is_quoted:
            return None
        text = f'"{word}"' if is_quoted else f"{word} {comment}".rstrip()
        return fix(f"write `{word}`", safety, edits.replacement(document, path, text))

    def finding(
        self,
        policy: Policy,
        path: Path,
        message: str,
        *,
        why: str = "",
        help: str = "",
        fix: Fix | None = None,
        related: Sequence[Path] = (),
    ) -> Finding:
        """A remark of this context's rule about what stands at *path* of *policy*'s document."""
        document = self.document(policy)
        return Finding(
            rule=self.rule,
            severity=self.severity,
            message=message,
            span=document.span(path),
            why=why,
            help=help,
            policy=named(policy),
            fix=fix,
            related=tuple(document.span(place) for place in related),
        )

    def at_key(self, finding: Finding, policy: Policy, path: Path) -> Finding:
        """The same remark, pointing at the key of *path* rather than at its value."""
        return msgspec.structs.replace(finding, span=self.document(policy).key_span(path))

    def remark(self, span: Span, message: str, *, why: str = "", help: str = "") -> Finding:
        """A remark of this context's rule about a place that belongs to no policy."""
        return Finding(self.rule, self.severity, message, span, why, help)


def named(policy: Policy) -> str:
    """*policy* in a finding: its kind alone where it has no name."""
    return policy.title if policy.name else policy.kind.value


def fix(title: str, safety: Safety, *edits: TextEdit | None) -> Fix | None:
    """The fix that makes *edits*; None when one of them has no exact place."""
    if not edits or any(edit is None for edit in edits):
        return None
    return Fix(title, safety, tuple(edit for edit in edits if edit is not None))
