"""Texts that gists are tried on: generated manifests, the corpus where it is at hand, and damage to both."""

import textwrap

from hypothesis import strategies as st

from manifest.corpus import texts

STREAM = textwrap.dedent(
    """\
    # before the first document
    apiVersion: cilium.io/v2
    kind: CiliumNetworkPolicy
    metadata: {name: web, namespace: shop, labels: {version: 1.10}}
    spec:
      endpointSelector: &web {matchLabels: {app: web}}
      ingress:
      - fromEndpoints: [*web, {matchExpressions: [{key: env, operator: In, values: [on, "off"]}]}]
        toPorts:
        - ports: [{port: 8080, protocol: TCP}, {port: "010"}]
          rules: {http: [{path: "/a", headerMatches: [{name: X, secret: {name: s, namespace: n}}]}]}
      egress:
      - toFQDNs: [{matchPattern: "*.example.com"}]
      - toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, {cidrGroupRef: office}]
      - toServices: [{k8sService: {serviceName: api, namespace: shop}}]
      - icmps: [{fields: [{type: 8}]}]
      egressDeny:
      - toEntities: [world]
      - toGroups: [{aws: {region: r}}]
      - toNodes: [{matchLabels: {role: db}}]
    ---
    ---
    apiVersion: v1
    kind: List
    items:
    - {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}
    - apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, namespace: shop}
      spec:
        template:
          metadata: {labels: {app: web}}
          spec:
            containers: [{name: a, env: [{name: TOKEN, value: hunter2}], ports: [{name: http, containerPort: 80}]}]
    - apiVersion: v1
      kind: Pod
      metadata: {name: web-1, namespace: shop, ownerReferences: [{kind: Deployment, name: web}]}
    - {apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {}}
    - apiVersion: v1
      kind: Endpoints
      metadata: {name: api, namespace: shop}
      subsets: [{addresses: [{ip: 10.0.0.1}]}]
    - {apiVersion: cilium.io/v2, kind: CiliumCIDRGroup, metadata: {name: office}, spec: {externalCIDRs: [1.2.3.0/24]}}
    - {apiVersion: cilium.io/v2, kind: CiliumNetworkPolice}
    - {kind: Pod}
    ... # the end
    --- {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {key: hunter2}, stringData: {on: "{{ hunter2 }}"}}
    ---
    {apiVersion: v1, kind: ConfigMap, metadata: {name: s}, data: {hunter2: yes, key: hunter2}}
    ---
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 80}]}]
    ---
    apiVersion: policy.networking.k8s.io/v1alpha2
    kind: ClusterNetworkPolicy
    metadata: {name: base}
    spec:
      tier: Admin
      priority: 5
      subject: {namespaces: {}}
      ingress: [{name: a, action: Deny, from: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {number: 80}}}]}]
    ---
    {apiVersion: propolis.dev/v1alpha1, kind: Profile}
    """
)
DIRT = [
    "",
    "---\n",
    "\t",
    "- ",
    ": ",
    "{{ x }}",
    "*x",
    "<<: ",
    "010",
    "\x00",
    "'",
    "}",
    "kind: Pod\n",
    "\ufeff",
]

BROKEN = f"{STREAM}---\na: [\n"

SAMPLES = [
    STREAM,
    BROKEN,
    *(text for text in texts("corpus/policies", "corpus/apps").values() if len(text) < 6_000),
]


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """One of the samples, with some damage or none."""
    text = draw(st.sampled_from(SAMPLES[: draw(st.sampled_from([2, len(SAMPLES)]))]))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(DIRT)) + text[at + draw(st.integers(0, 3)) :]
    return text
