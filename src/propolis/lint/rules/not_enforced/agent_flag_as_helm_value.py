"""A flag of the agent among the Helm values sets nothing.

## What it does

Finds a key at the top of Cilium's Helm values that is written as in the ConfigMap `cilium-config`.

## Why it is bad

The chart does not read it, and Helm does not refuse it. Policies that rely on it are not enforced as meant.

## Avoid

```yaml
hubble: {enabled: true}
enable-host-firewall: "true"
```

## Prefer

```yaml
hubble: {enabled: true}
hostFirewall: {enabled: true}
```

## Fix

None: the value may stand elsewhere already.

## Source

Cilium-facts part 3 (Helm value, agent key).

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.manifest.values import EXTRA, FLAGS
from propolis.model import flags
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.ERROR
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "the chart reads no value of that name, and Helm refuses none"
HELM = {flag: ".".join(map(str, path)) for path, flag in FLAGS.items()}


def findings(context: Context) -> Iterator[Finding]:
    for place in places.helm_values(context):
        for name in place.value:
            if isinstance(name, str) and "-" in name and (flags.is_read(name) or name in flags.UNREAD):
                instead = HELM.get(name, f"{EXTRA}.{name}")
                message = f"`{name}` is a flag of the agent and no value of the chart"
                yield context.remark(place.key(name), message, why=WHY, help=f"write `{instead}`")
