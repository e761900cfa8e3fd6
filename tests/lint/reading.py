"""Findings of a text, as the command would find them."""

from propolis.lint.context import Evidence
from propolis.lint.linting import findings
from propolis.manifest.read import Source, read
from propolis.model.finding import Finding
from propolis.model.flags import assigned
from propolis.model.settings import Settings


def evidence(text: str, settings: Settings | None = None, name: str = "input.yaml") -> Evidence:
    """What the command makes of *text* alone; the flags that *text* sets go before *settings*."""
    settings = settings or Settings()
    found = read([Source(name, text)], settings.version)
    for flag in found.flags:
        after = assigned(settings, flag)
        settings = after if isinstance(after, Settings) else settings
    world = found.world if found.world.workloads else None
    return Evidence(
        found.documents,
        found.policies,
        found.problems,
        world,
        settings,
        values=found.values,
        flags=found.flags,
    )


def linted(text: str, settings: Settings | None = None) -> tuple[Finding, ...]:
    return findings(evidence(text, settings))


def rules_of(text: str, settings: Settings | None = None) -> set[str]:
    return {finding.rule for finding in linted(text, settings)}
