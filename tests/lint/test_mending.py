"""Mending: rules about the world see the policies after their safe fixes, and point at the text as written."""

from lint.reading import evidence, linted
from propolis.lint.linting import findings
from propolis.lint.mending import mended

REFUSED = """\
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
meta: {name: baseline}
spec:
  endpointSelector: {}
  egress:
  - toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}}]
    toPorts: [{ports: [{port: 53, protocol: any}]}]
"""


def test_a_refused_policy_is_looked_at_as_its_author_means_it() -> None:
    found = {finding.rule: finding for finding in linted(REFUSED)}
    assert {"unknown-field", "port-not-a-string", "invalid-protocol", "baseline-covers-dns"} <= set(found)


def test_findings_on_the_mended_text_point_at_the_text_as_written() -> None:
    found = {finding.rule: finding for finding in linted(REFUSED)}["baseline-covers-dns"]
    assert (found.span.line, found.span.column) == (5, 21)
    assert REFUSED[found.span.start : found.span.end] == "{}"


def test_nothing_is_read_again_where_nothing_is_mended() -> None:
    sound = evidence(REFUSED.replace("meta:", "metadata:").replace("53", '"53"').replace("any", "ANY"))
    assert mended(sound, findings(sound)).evidence is sound
