"""Cilium's Helm values: told from other YAML, wherever tools keep them, and the flags that they set."""

import pytest

from propolis.manifest import Manifests, Source, read
from propolis.model.settings import Version

VALUES = "policyEnforcementMode: always\nhostFirewall: {enabled: true}\nl7Proxy: false\n"
FLAGS = {"enable-policy": "always", "enable-host-firewall": "true", "enable-l7-proxy": "false"}


def reading(text: str) -> Manifests:
    return read([Source("values.yaml", text)], Version(1, 19))


def indented(text: str, width: int) -> str:
    return "".join(" " * width + line for line in text.splitlines(keepends=True))


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cni, namespace: kube-system}
spec:
  chart: {spec: {chart: CHART, version: 1.19.1}}
  values:
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cni, namespace: argocd}
spec:
  source:
    chart: CHART
    helm:
      valuesObject:
"""
FORMS = {
    "a file of values": VALUES,
    "values of a subchart": "cilium:\n" + indented(VALUES, 2),
    "a release of Flux": RELEASE.replace("CHART", "cilium") + indented(VALUES, 4),
    "an application of Argo CD": APPLICATION.replace("CHART", "cilium") + indented(VALUES, 8),
    "one of a list": "apiVersion: v1\nkind: List\nitems:\n- "
    + (RELEASE.replace("CHART", "cilium") + indented(VALUES, 4)).replace("\n", "\n  ").rstrip(),
    "JSON": '{"policyEnforcementMode": "always", "hostFirewall": {"enabled": true}, "l7Proxy": false}',
}


@pytest.mark.parametrize("form", FORMS)
def test_values_are_found_and_set_flags_at_their_places(form: str) -> None:
    found = reading(FORMS[form])
    assert len(found.values) == 1
    assert {flag.name: flag.value for flag in found.flags} == FLAGS
    for flag in found.flags:
        assert flag.span is not None
        text = FORMS[form][flag.span.start : flag.span.end]
        assert text.strip('"') == flag.value
    assert not [problem for problem in found.problems if problem.severity == "error"]


@pytest.mark.parametrize(
    "text",
    [
        "replicaCount: 2\nimage: {tag: latest}\n",
        "cilium: {image: x}\n",
        RELEASE.replace("CHART", "loki") + indented(VALUES, 4),
        APPLICATION.replace("CHART", "loki") + indented(VALUES, 8),
        RELEASE.replace("CHART", "cilium") + "    null\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nl7Proxy: false\n",
    ],
)
def test_other_yaml_holds_no_values_of_cilium(text: str) -> None:
    found = reading(text)
    assert (found.values, found.flags) == ((), ())


def test_extra_configuration_are_flags_as_they_are() -> None:
    found = reading("hubble: {}\nextraConfig: {allow-localhost: policy, debug: 'true', enable-ipv6: true}\n")
    assert {flag.name: flag.value for flag in found.flags} == {
        "allow-localhost": "policy",
        "enable-ipv6": "true",
    }


def test_what_sets_nothing_is_no_flag() -> None:
    found = reading("hubble: {}\nl7Proxy: null\npolicyEnforcementMode: ''\nhostFirewall: true\nlabels: []\n")
    assert found.flags == ()


@pytest.mark.parametrize(
    "text",
    [
        "resources: [a.yaml]\n",
        "- {op: add, path: /spec, value: 1}\n",
        "on: push\njobs: {}\n",
        "apiVersion: v2\nname: a\nversion: 1.0.0\n",
    ],
)
def test_what_is_no_object_at_all_is_skipped_with_a_note(text: str) -> None:
    (problem,) = reading(text).problems
    assert (problem.code, problem.severity) == ("no-object", "note")


@pytest.mark.parametrize(
    "text", ["metadata: {name: x}\nspec: {}\n", "kind: Pod\n", "- kind: Pod\n", "just text\n"]
)
def test_what_may_be_meant_as_an_object_is_an_error(text: str) -> None:
    assert "error" in {problem.severity for problem in reading(text).problems}
