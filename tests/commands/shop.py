"""A shop of two workloads and its DNS, with and without policies, as texts for `MemoryReader`."""

from propolis.model.flags import Flag

WORKLOADS = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec: {template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: [{name: c}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: api}}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec: {template: {metadata: {labels: {k8s-app: kube-dns}}, spec: {containers: [{name: c}]}}}
"""

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: api}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: /orders}, {method: POST, path: /orders, headers: ["X-Key: 1"]}]}
"""


def policy(name: str, app: str, sections: str) -> str:
    """A policy for one application, with *sections* as its text has them."""
    return (
        "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: shop}}\n"
        f"spec:\n  endpointSelector: {{matchLabels: {{app: {app}}}}}\n{sections}"
    )


REFUSED = POLICY.replace("protocol: TCP", "protocol: TPC")
REJECTED = POLICY.replace("path: /orders}", 'path: "/orders("}')

PROFILE = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: shop}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}, upstream: [192.0.2.53/32]}
  exempt: {kube-system: the cluster's own}
workloads:
  web: {namespace: shop, labels: {app: web}}
  api: {namespace: shop, labels: {app: api}}
paths:
- web -> api:8080
"""

PASSED = """\
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: pass}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {}}
  ingress:
  - {action: Pass, from: [{namespaces: {}}]}
"""
CLUSTER_POLICIES = Flag("enable-k8s-cluster-network-policy", "true")
