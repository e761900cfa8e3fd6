"""The same policy in other clothes: line ends, a byte order mark, JSON, lists, streams. The same findings, in place."""

import json

import pytest
import yaml

from lint.reading import linted
from propolis.lint.fixing import fixed
from propolis.lint.pages import example
from propolis.lint.rule import modules
from propolis.model.finding import Safety

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEntities: [all]
    toPorts:
    - ports:
      - port: 8080
        protocol: tcp
"""
RULES = ["entity-all", "port-not-a-string", "invalid-protocol"]


def as_json(indent: int | None) -> str:
    return json.dumps(yaml.safe_load(POLICY), indent=indent)


def in_list() -> str:
    return "apiVersion: v1\nkind: List\nitems:\n- " + POLICY.replace("\n", "\n  ").rstrip() + "\n"


FORMS = {
    "as it is": POLICY,
    "Windows": POLICY.replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + POLICY,
    "no last line end": POLICY.rstrip("\n"),
    "JSON in one line": as_json(None),
    "JSON in many lines": as_json(2),
    "a list": in_list(),
    "a typed list": in_list().replace("v1\nkind: List", "cilium.io/v2\nkind: CiliumNetworkPolicyList", 1),
    "a stream": f"---\n# first\n---\n{POLICY}---\n---\nkind: ConfigMap\napiVersion: v1\nmetadata: {{name: x}}\n...\n",
    "behind a document that is none": f"a: [\n---\n{POLICY}",
    "tabs behind the values": POLICY.replace("\n", "\t\n"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_findings(form: str) -> None:
    found = linted(FORMS[form])
    assert [finding.rule for finding in found] == RULES


@pytest.mark.parametrize("form", FORMS)
def test_every_finding_points_at_what_it_is_about(form: str) -> None:
    pointed = {
        finding.rule: FORMS[form][finding.span.start : finding.span.end] for finding in linted(FORMS[form])
    }
    assert [text.strip("\"'") for text in pointed.values()] == ["all", "8080", "tcp"]


@pytest.mark.parametrize("form", FORMS)
def test_fixes_leave_the_form_as_it_is(form: str) -> None:
    text = FORMS[form]
    after = fixed(text, "input.yaml", linted(text), frozenset({Safety.SAFE})).text
    assert [finding.rule for finding in linted(after)] == RULES[:1]
    assert after == text.replace("8080", '"8080"').replace("tcp", "TCP")


def test_what_fixes_write_into_json_is_json() -> None:
    for name, module in modules().items():
        documents = [value for value in yaml.safe_load_all(example(module, "Avoid")) if value]
        for value in documents:
            text = json.dumps(value, indent=1)
            after = fixed(text, "input.yaml", linted(text), frozenset(Safety)).text
            assert json.loads(after) is not None, name


def test_a_tab_as_indent_is_said_in_its_place() -> None:
    assert linted(POLICY.replace("  ingress", "\tingress")) == ()
