"""A Helm value that Cilium's chart no longer reads does nothing.

## What it does

Finds values of Cilium's chart that were removed or renamed up to the Cilium version.

## Why it is bad

Helm does not refuse a value that no template reads: the feature it turned on is off after the upgrade,
without a word.

## Avoid

```yaml
encryption:
  enabled: true
  strictMode: {enabled: true, cidr: 10.244.0.0/16}
policyEnforcementMode: always
remoteNodeIdentity: true
```

## Prefer

```yaml
encryption:
  enabled: true
  strictMode: {egress: {enabled: true, cidr: 10.244.0.0/16}}
policyEnforcementMode: always
```

## Fix

None: the new value may mean something slightly else.

## Source

Cilium's upgrade notes, Helm options of 1.15 (`tunnel`), 1.16 and 1.19 (removals in 1.20); cilium-facts part
3.

## Versions

Each value from the version that its finding names; 1.15 to 1.20.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.settings import Version
from propolis.model.span import Path

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.HIGH
NEEDS = Needs.DOCUMENT

WHY = "Helm refuses no value that no template reads, so what it turned on is off without a word"
REMOVED: dict[Path, tuple[Version, str]] = {
    ("tunnel",): (Version(1, 15), "write `routingMode` and `tunnelProtocol`"),
    ("remoteNodeIdentity",): (
        Version(1, 16),
        "remove it: remote nodes always have the identity `remote-node`",
    ),
    ("endpointStatus",): (Version(1, 16), "remove it: metrics say the same"),
    ("containerRuntime", "integration"): (Version(1, 16), "remove it"),
    ("enableRuntimeDeviceDetection",): (Version(1, 16), "remove it: detection is always on"),
    ("etcd", "managed"): (Version(1, 16), "run etcd outside of Cilium"),
    ("proxy", "prometheus"): (Version(1, 16), "write `envoy.prometheus`"),
    ("proxy", "sidecarImageRegex"): (Version(1, 16), "remove it"),
    **{
        ("encryption", name): (Version(1, 16), f"write `encryption.ipsec.{name}`")
        for name in ("keyFile", "mountPath", "secretName", "interface")
    },
    ("clustermesh", "enableMCSAPISupport"): (Version(1, 20), "write `clustermesh.mcsapi.enabled`"),
    **{
        ("encryption", "strictMode", name): (Version(1, 20), f"write `encryption.strictMode.egress.{name}`")
        for name in ("enabled", "cidr", "allowRemoteNodeIdentities")
    },
}
"""Path → the version from which no template reads it, and what to write instead."""


def findings(context: Context) -> Iterator[Finding]:
    for place in places.helm_values(context):
        for path, (since, instead) in REMOVED.items():
            names = tuple(map(str, path))
            if context.settings.version >= since and place.at(*names) is not None:
                message = f"`{'.'.join(names)}` is not read by Cilium's chart from {since} on"
                yield context.remark(place.key(*names), message, why=WHY, help=instead)
