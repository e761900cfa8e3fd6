"""A cluster of any size for the benchmarks: namespaces × applications, labelled as charts label them.

Every application has a Deployment and one policy with layer-7, name and prefix rules, all below one baseline. A
namespace holds up to fifty applications in ten groups: a front end, three services that it calls, and a data store.
Chance is seeded, so that one size is always the same text.
"""

import random
from collections.abc import Iterator

APPLICATIONS = 50
"""Applications in a namespace."""
_GROUP = 5
_METHODS = ("GET", "GET", "GET", "POST", "PUT", "DELETE")
_NOUNS = (
    "orders",
    "items",
    "users",
    "carts",
    "invoices",
    "stock",
    "reviews",
    "sessions",
    "reports",
    "events",
)

SHARED = """\
apiVersion: v1
kind: Namespace
metadata: {name: kube-system, labels: {kubernetes.io/metadata.name: kube-system}}
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring, labels: {kubernetes.io/metadata.name: monitoring, team: platform}}
---
apiVersion: v1
kind: Namespace
metadata: {name: edge, labels: {kubernetes.io/metadata.name: edge, team: platform}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec:
      containers:
      - name: coredns
        ports: [{name: dns, containerPort: 53, protocol: UDP}, {name: dns-tcp, containerPort: 53}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: monitoring}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: prometheus}}
  template:
    metadata: {labels: {app.kubernetes.io/name: prometheus}}
    spec:
      containers: [{name: prometheus, ports: [{name: web, containerPort: 9090}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway, namespace: edge}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: gateway}}
  template:
    metadata: {labels: {app.kubernetes.io/name: gateway}}
    spec:
      containers: [{name: envoy, ports: [{name: https, containerPort: 8443}]}]
"""

BASELINE = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata:
  name: baseline
spec:
  endpointSelector:
    matchExpressions:
    - {key: k8s:io.kubernetes.pod.namespace, operator: Exists}
    - {key: k8s:io.kubernetes.pod.namespace, operator: NotIn, values: [kube-system]}
  ingress:
  - {}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules:
        dns: [{matchPattern: "*"}]
"""

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: {namespace}
  labels:
    kubernetes.io/metadata.name: {namespace}
    team: {team}
    environment: {environment}
"""

WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {app}
    app.kubernetes.io/managed-by: Helm
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: {app}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {app}
        app.kubernetes.io/instance: {namespace}
        app.kubernetes.io/component: {component}
        app.kubernetes.io/version: "{major}.{minor}"
        team: {team}
        pod-template-hash: "{hash:08x}"
    spec:
      serviceAccountName: {app}
      containers:
      - name: app
        image: registry.example/{namespace}/{app}:{major}.{minor}
        ports:
        - {{name: http, containerPort: 8080}}
        - {{name: metrics, containerPort: 9090}}
"""

_HEAD = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: {app}
  namespace: {namespace}
spec:
  description: who reaches {app}, and whom it reaches
  endpointSelector:
    matchLabels:
      app.kubernetes.io/name: {app}
  ingress:
  - fromEndpoints:
    - matchLabels:
        k8s:io.kubernetes.pod.namespace: monitoring
        app.kubernetes.io/name: prometheus
    toPorts:
    - ports:
      - {{port: "9090", protocol: TCP}}
"""


def manifests(workloads: int, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(file name, YAML text): one file for each namespace, and one that they share."""
    chance = random.Random(seed)
    yield "shared.yaml", f"{SHARED}---\n{BASELINE}"
    for first in range(0, workloads, APPLICATIONS):
        number = first // APPLICATIONS
        yield (
            f"team-{number:04}.yaml",
            "---\n".join(_namespace(number, min(APPLICATIONS, workloads - first), workloads, chance)),
        )


def _namespace(number: int, applications: int, workloads: int, chance: random.Random) -> Iterator[str]:
    namespace, team = f"team-{number:04}", f"t{number % 40}"
    yield NAMESPACE.format(namespace=namespace, team=team, environment=("prod", "stage")[number % 2])
    for app in range(applications):
        component = ("web", "api", "api", "worker", "store")[app % _GROUP]
        yield WORKLOAD.format(
            app=_name(app),
            namespace=namespace,
            component=component,
            team=team,
            major=chance.randrange(1, 5),
            minor=chance.randrange(20),
            hash=chance.randrange(1 << 32),
        )
        yield "".join(_policy(number, app, workloads, chance))


def _name(app: int) -> str:
    return f"{('shop', 'web', 'books', 'mail', 'pay')[app // _GROUP % 5]}-{app:02}"


def _policy(number: int, app: int, workloads: int, chance: random.Random) -> Iterator[str]:
    namespace = f"team-{number:04}"
    yield _HEAD.format(app=_name(app), namespace=namespace)
    place = app % _GROUP
    front = app - place
    if place == 0:
        yield _peers("from", [("edge", "gateway")])
        yield _http(chance, 3)
    else:
        yield _peers(
            "from", [("", _name(front))] if place < 4 else [("", _name(front + k)) for k in (1, 2, 3)]
        )
        yield _ports("5432") if place == 4 else _http(chance, 2)
    if app % 10 == 1 and number:  # another team calls it
        other = chance.randrange(number)
        yield _peers("from", [(f"team-{other:04}", _name(chance.randrange(APPLICATIONS)))])
        yield _http(chance, 1)
    yield "  egress:\n"
    if place == 0:
        yield _peers("to", [("", _name(front + k)) for k in (1, 2, 3)])
        yield _ports("8080")
    elif place < 4:
        yield _peers("to", [("", _name(front + 4))])
        yield _ports("5432")
    name = chance.randrange(max(20, workloads // 20))
    yield f"  - toFQDNs:\n    - matchName: api-{name}.example.com\n"
    if app % 7 == 0:
        yield f'    - matchPattern: "*.region-{name % 40}.example.net"\n'
    yield _ports("443")
    if place == 3:
        block = chance.randrange(max(20, workloads // 50))
        prefix = f"10.{block % 250}.{block // 250 * 16}.0"
        yield f"  - toCIDRSet:\n    - cidr: {prefix}/20\n      except: [{prefix}/28]\n"
        yield _ports("9092")


def _peers(way: str, peers: list[tuple[str, str]]) -> str:
    lines = [f"  - {way}Endpoints:\n"]
    for namespace, app in peers:
        lines.append("    - matchLabels:\n")
        if namespace:
            lines.append(f"        k8s:io.kubernetes.pod.namespace: {namespace}\n")
        lines.append(f"        app.kubernetes.io/name: {app}\n")
    return "".join(lines)


def _ports(port: str) -> str:
    return f'    toPorts:\n    - ports:\n      - {{port: "{port}", protocol: TCP}}\n'


def _http(chance: random.Random, lines: int) -> str:
    found = [_ports("8080"), "      rules:\n        http:\n"]
    for _ in range(lines):
        method, noun = chance.choice(_METHODS), chance.choice(_NOUNS)
        tail = "" if method == "POST" else "/[0-9]+"
        found.append(f'        - {{method: {method}, path: "/v{chance.randrange(1, 4)}/{noun}{tail}"}}\n')
    return "".join(found)
