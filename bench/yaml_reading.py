"""How long reading takes, as a multiple of yaml.CSafeLoader on the same text."""

import gc
import time
from collections.abc import Callable

import yaml as pyyaml

from propolis.manifest.yaml import documents

POLICY = """\
---
# lets the front end {n} reach the back end
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: "policy-{n}"
  namespace: team-{m}   # owner: größe {m}
  labels: {{app: app-{n}, tier: back, rev: "{n}"}}
spec:
  description: >-
    The front end may ask
    for pages.
  endpointSelector:
    matchLabels:
      app: app-{n}
      k8s:io.kubernetes.pod.namespace: team-{m}
  ingress:
    - fromEndpoints:
        - matchLabels:
            app: front-{m}
        - matchExpressions:
            - {{key: tier, operator: In, values: [front, middle]}}
      toPorts:
        - ports:
            - port: "8080"
              protocol: TCP
            - port: "9{m}"
              protocol: UDP
          rules:
            http:
              - method: GET
                path: /api/v{m}/.*
              - method: POST
                path: "/api/v{m}/items"
  egress:
    - toFQDNs:
        - matchName: api-{n}.example.com
        - matchPattern: "*.example.org"
    - toCIDRSet:
        - cidr: 10.0.0.0/8
          except: [10.96.0.0/12, 10.1.0.0/16]
    - icmps:
        - fields:
            - type: 8
              family: IPv4
"""


def stream(policies: int) -> str:
    """*policies* documents, each a little different."""
    return "".join(POLICY.format(n=number, m=number % 97) for number in range(policies))


def seconds(work: Callable[[], object]) -> float:
    """Processor time of the best of five runs of *work*; the wall clock also counts the neighbours."""
    times = []
    for _ in range(5):
        gc.collect()
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def main() -> None:
    text = stream(600)
    reference = seconds(lambda: list(pyyaml.load_all(text, Loader=pyyaml.CSafeLoader)))
    ours = seconds(lambda: documents(text, "bench.yaml"))
    size = f"{len(text):,} characters"
    print(f"{size}: CSafeLoader {reference:.3f} s, ours {ours:.3f} s, ratio {ours / reference:.2f}")


if __name__ == "__main__":
    main()
