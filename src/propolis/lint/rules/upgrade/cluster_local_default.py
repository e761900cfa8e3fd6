"""In a mesh, selectors of peers mean the own cluster only, from 1.19 on.

## What it does

Finds Helm values that connect a cluster to a mesh and do not say `policyDefaultLocalCluster`.

## Why it is bad

Up to 1.18 a peer without a cluster label means pods of every cluster in the mesh, from 1.19 on those of its
own. An upgrade cuts the paths between clusters, and a downgrade opens them.

## Avoid

```yaml
hubble: {enabled: true}
cluster: {name: east, id: 1}
clustermesh: {useAPIServer: true}
```

## Prefer

```yaml
hubble: {enabled: true}
cluster: {name: east, id: 1}
clustermesh: {useAPIServer: true, policyDefaultLocalCluster: true}
```

## Fix

None: which of the two is meant decides who gets in.

## Source

Cilium semantics §3.2, S58; cilium-facts part 3 (`clustermesh.policyDefaultLocalCluster`).

## Versions

From 1.18 on, which knows the value; the default changed in 1.19.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity
from propolis.model.settings import Version

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

KNOWN_SINCE = Version(1, 18)
WHY = "peers without a cluster label mean every cluster up to 1.18, and their own from 1.19 on"
SWITCHES = (("useAPIServer",), ("config", "enabled"))


def findings(context: Context) -> Iterator[Finding]:
    for place in places.helm_values(context) if context.settings.version >= KNOWN_SINCE else ():
        is_meshed = any(place.at("clustermesh", *switch) is True for switch in SWITCHES)
        if is_meshed and place.at("clustermesh", "policyDefaultLocalCluster") is None:
            yield context.remark(
                place.key("clustermesh"),
                "what peers of policies mean in this mesh depends on the default of the Cilium version",
                why=WHY,
                help="write `clustermesh.policyDefaultLocalCluster`, and name other clusters in peers by their label",
            )
