"""What a rule is: a module with four constants, a page for a docstring, and one function."""

import functools
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType
from typing import Protocol, cast

from propolis import plugins
from propolis.lint import rules as folder
from propolis.lint.context import Context
from propolis.model.finding import Finding, Severity


class Confidence(StrEnum):
    """How often a remark is right: HIGH follows from the text alone, LOW is a guess at what is meant."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Persona(StrEnum):
    """Who wants to hear a remark; each of them also hears what those before it do.

    REGULAR: whoever keeps a repository clean. PEDANTIC: who wants to know what may matter one day. AUDITOR: who looks
    for every opening there is, meant or not.
    """

    REGULAR = "regular"
    PEDANTIC = "pedantic"
    AUDITOR = "auditor"

    def hears(self, other: "Persona") -> bool:
        order = tuple(Persona)
        return order.index(other) <= order.index(self)


class Needs(StrEnum):
    """What a rule looks at: one text alone, all policies together, the workloads too, or what the other rules came to.

    DOCUMENT: what it says of a text is the same whatever stands beside it, so that it may be remembered; only its safe
    fixes are made before rules about the world look.
    WORLD: the workloads that were given; without any, pods as the policies name them. WORKLOADS: those that were given,
    and nothing is said without any.
    """

    DOCUMENT = "document"
    POLICIES = "policies"
    WORLD = "world"
    WORKLOADS = "workloads"
    OUTCOME = "outcome"


class Rule(Protocol):
    """The names that every module under `lint/rules` holds."""

    SEVERITY: Severity
    CONFIDENCE: Confidence
    PERSONA: Persona
    NEEDS: Needs

    @staticmethod
    def findings(context: Context) -> Iterator[Finding]:
        """The remarks on what *context* holds, in reading order."""
        ...


REQUIRED = ("SEVERITY", "CONFIDENCE", "PERSONA", "NEEDS", "findings", "__doc__")


@functools.cache
def modules() -> dict[str, ModuleType]:
    """Every rule's module by the rule's name, sorted."""
    return {rule_name(module): module for module in plugins.discover(folder, REQUIRED).values()}


@functools.cache
def rules() -> dict[str, Rule]:
    """Every rule by its name, sorted."""
    return {name: cast(Rule, module) for name, module in modules().items()}


def rule_name(module: ModuleType) -> str:
    """The rule's name: its file name in kebab-case."""
    return module.__name__.rpartition(".")[2].replace("_", "-")


def group(module: ModuleType) -> str:
    """The folder that the rule stands in."""
    return module.__name__.split(".")[-2]
