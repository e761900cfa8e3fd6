"""Fixes: made as a whole or not at all, and the text around them stays as it is."""

import pytest

from lint.reading import linted
from propolis.lint.fixing import fixed
from propolis.lint.pages import example
from propolis.lint.rule import modules
from propolis.model.finding import Finding, Fix, Safety, Severity, TextEdit
from propolis.model.span import Span

SAFE = frozenset({Safety.SAFE})
EVERY = frozenset(Safety)
POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy   # a comment
metadata:
  name: "backend"
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: backend}}
"""


def finding(*edits: tuple[int, int, str], file: str = "f", safety: Safety = Safety.SAFE) -> Finding:
    fix = Fix("x", safety, tuple(TextEdit(file, *edit) for edit in edits))
    return Finding("r", Severity.ERROR, "m", Span("f", 1, 1, 1, 1, 0, 0), fix=fix)


def after(text: str, allowed: frozenset[Safety] = SAFE) -> str:
    return fixed(text, "input.yaml", linted(text), allowed).text


def test_fixes_are_made_by_offset_whatever_their_order() -> None:
    assert fixed("abcdef", "f", [finding((4, 5, "E")), finding((1, 2, "B"))], SAFE).text == "aBcdEf"


def test_of_two_fixes_that_touch_the_first_wins() -> None:
    result = fixed("abcdef", "f", [finding((1, 3, "X")), finding((2, 4, "Y"))], SAFE)
    assert (result.text, len(result.applied), result.left) == ("aXdef", 1, 1)


def test_a_fix_is_made_as_a_whole_or_not_at_all() -> None:
    result = fixed("abcdef", "f", [finding((1, 2, "X")), finding((1, 2, "Y"), (4, 5, "Z"))], SAFE)
    assert result.text == "aXcdef"


def test_the_same_edit_twice_is_made_once() -> None:
    result = fixed("abc", "f", [finding((1, 2, "X")), finding((1, 2, "X"))], SAFE)
    assert (result.text, len(result.applied), result.left) == ("aXc", 2, 0)


def test_fixes_that_are_not_allowed_or_of_another_file_are_left_out() -> None:
    findings = [finding((0, 1, "X"), safety=Safety.UNSAFE), finding((0, 1, "X"), file="g")]
    assert fixed("abc", "f", findings, SAFE).text == "abc"


def test_an_inert_section_goes_and_comments_stay() -> None:
    text = POLICY + "  egress:\n  - toEndpoints: [{}]\n  # default-deny\n  egressDeny:\n    - {}   # here\n"
    assert after(text) == POLICY + "  egress:\n  - toEndpoints: [{}]\n  # default-deny\n"


def test_an_inert_section_that_switches_default_deny_on_stays() -> None:
    text = POLICY + "  egressDeny:\n  - {}\n"
    assert after(text) == text


def test_an_inert_item_goes_alone_where_the_section_holds_others() -> None:
    text = POLICY + "  egress: [{}]\n  egressDeny:\n  - {}\n  - toEntities: [host]\n"
    assert after(text) == text.replace("  - {}\n", "")


def test_header_items_are_moved_into_the_other_items() -> None:
    rules = (
        "  ingress:\n  - toPorts:\n    - ports: [{port: '80', protocol: TCP}]\n      rules:\n        http:\n"
    )
    text = (
        POLICY + rules + "        - method: GET\n          path: /a # read\n        - headers: ['X-K: v']\n"
    )
    wanted = (
        POLICY + rules + '        - method: GET\n          path: /a # read\n          headers: ["X-K: v"]\n'
    )
    assert after(text, EVERY) == wanted


def test_a_protocol_is_added_in_the_style_of_its_port() -> None:
    rules = "  ingress:\n  - fromEndpoints: [{}]\n    toPorts:\n    - rules: {http: [{method: POST}]}\n      ports:\n"
    text = POLICY + rules + "      - port: '80' # web\n      - {port: '81'}\n"
    wanted = (
        POLICY
        + rules
        + "      - port: '80' # web\n        protocol: TCP\n      - {port: '81', protocol: TCP}\n"
    )
    assert after(text) == wanted


@pytest.mark.parametrize(
    ("written", "safe", "unsafe"),
    [
        ("- port: '5432'\n        protocol: TCP#Postgres\n", "TCP #Postgres", "TCP #Postgres"),
        ("- port: '5432'\n        protocol: \"TCP#Postgres\"\n", '"TCP#Postgres"', '"TCP"'),
        ("- {port: '5432', protocol: TCP#Postgres}\n", "TCP#Postgres", "TCP"),
        ("- {port: '5432', protocol: tcp}\n", "TCP", "TCP"),
    ],
)
def test_the_comment_that_was_glued_to_a_protocol_stays(written: str, safe: str, unsafe: str) -> None:
    text = POLICY + "  ingress:\n  - fromEntities: [world]\n    toPorts:\n    - ports:\n      " + written
    slip = written.partition("protocol: ")[2].strip("}\n")
    assert after(text) == text.replace(slip, safe)
    assert after(text, frozenset(Safety)) == text.replace(slip, unsafe)


def test_no_fix_where_an_anchor_is_used_elsewhere() -> None:
    text = (
        POLICY
        + "  ingress:\n  - toPorts: &p\n    - ports:\n      - {port: '80', protocol: tcp}\n  egress:\n  - toPorts: *p\n"
    )
    found = [finding for finding in linted(text) if finding.rule == "invalid-protocol"]
    assert found and all(finding.fix is None for finding in found)
    assert after(text) == text


@pytest.mark.parametrize("rule", sorted(modules()))
def test_a_fixed_example_no_longer_has_the_finding(rule: str) -> None:
    text = example(modules()[rule], "Avoid")
    fixable = [f for f in linted(text) if f.rule == rule and f.fix]
    if not fixable:
        assert rule not in FIXABLE
        return
    again = [f for f in linted(fixed(text, "input.yaml", fixable, EVERY).text) if f.rule == rule]
    assert again == []


FIXABLE = {
    "inert-deny",
    "invalid-protocol",
    "header-alternative",
    "literal-header-value",
    "header-without-space",
    "lower-case-method",
    "path-prefix-too-wide",
    "glob-path",
    "path-without-slash",
    "unescaped-dot-in-host",
    "empty-section",
    "port-not-a-string",
    "label-not-a-string",
    "http-without-tcp",
    "kube-dns-other-namespace",
    "star-glued-name",
    "k8s-service-without-namespace",
    "dns-udp-only",
    "unknown-field",
}
