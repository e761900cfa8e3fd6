"""Suppressions: what a comment hides, and what is said about comments that hide nothing."""

import pytest

from lint.reading import linted

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {{name: backend, namespace: shop}}
spec:
  endpointSelector: {{matchLabels: {{app: backend}}}}
  ingress:
  {above}
  - fromEntities: [all] {beside}
"""


def found(above: str = "# -", beside: str = "") -> list[str]:
    return [finding.rule for finding in linted(POLICY.format(above=above, beside=beside))]


def test_nothing_is_hidden_without_a_comment() -> None:
    assert found() == ["entity-all"]


@pytest.mark.parametrize(
    "comment",
    [
        "# propolis: allow entity-all -- a public page",
        "#propolis: allow entity-all -- a public page",
        "# propolis: allow   entity-all   --   a public page",
    ],
)
def test_a_comment_with_a_reason_hides_on_its_line_and_on_the_line_above(comment: str) -> None:
    assert found(beside=comment) == []
    assert found(above=comment) == []


def test_a_comment_above_reaches_over_further_comments_and_blank_lines() -> None:
    assert found(above="# propolis: allow entity-all -- a public page\n  # more\n") == []


def test_one_comment_allows_several_rules() -> None:
    comment = "# propolis: allow entity-all, world-without-ports -- a public page"
    assert found(beside=comment) == ["unused-suppression"]


def test_a_comment_without_a_reason_hides_nothing() -> None:
    assert found(beside="# propolis: allow entity-all") == ["entity-all", "suppression-without-reason"]


def test_another_rule_hides_nothing() -> None:
    assert found(beside="# propolis: allow inert-deny -- why") == ["entity-all", "unused-suppression"]


def test_a_comment_that_cannot_be_read_is_reported() -> None:
    assert found(beside="# propolis: allow Entity_All -- why") == ["entity-all", "unused-suppression"]


def test_a_comment_on_a_line_with_content_is_not_about_the_line_below() -> None:
    text = POLICY.format(above="# -", beside="").replace(
        "  ingress:", "  ingress: # propolis: allow entity-all -- why"
    )
    assert [finding.rule for finding in linted(text)] == ["unused-suppression", "entity-all"]


def test_text_in_a_string_is_no_comment() -> None:
    text = POLICY.format(above="# -", beside="")
    text += "  description: |\n    # propolis: allow entity-all -- why\n    x # propolis: allow entity-all -- why\n"
    text += '  labels: [{key: "# propolis: allow entity-all -- why"}]\n'
    assert [finding.rule for finding in linted(text)] == ["entity-all"]


def test_windows_line_ends_are_read_the_same() -> None:
    text = POLICY.format(above="# propolis: allow entity-all -- a public page", beside="")
    assert linted(text.replace("\n", "\r\n")) == ()
