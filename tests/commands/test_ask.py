"""`ask`: names become endpoints or say what they could mean; answers name the deciding lines."""

import pytest
from shop import POLICY, REFUSED, REJECTED, WORKLOADS

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.inputs import input_of
from propolis.model.report import Exit, Report
from propolis.model.settings import Version
from propolis.model.verdict import Outcome, Why


def asked(*questions: str, policy: str = POLICY, headers: tuple[tuple[str, str], ...] = ()) -> Report:
    reader = MemoryReader({"world.yaml": WORKLOADS, "policy.yaml": policy})
    return ask(input_of(reader.read(["world.yaml", "policy.yaml"]), Version(1, 19)), questions, headers)


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        ("shop/web -> shop/api:8080 GET /orders", "ALLOW"),
        ("shop/web -> shop/api:8080 DELETE /orders", "DENY"),
        ("shop/web -> shop/api:8080 POST /orders", "DENY"),
        ("shop/web -> shop/api:8080 POST /orders [X-Key=1]", "ALLOW"),
        ("shop/web -> shop/api:8081", "DENY"),
        ("shop/api -> shop/web:8081", "ALLOW"),
        ("world -> shop/api:8080", "DENY"),
        ("host -> shop/api:22", "ALLOW"),
        ("1.2.3.4 -> shop/api:8080", "DENY"),
        ("shop/api -> api.example.com:443", "ALLOW"),
        ("shop/(new pod) -> shop/api:8080", "DENY"),
        ("shop/api -> world icmp/8", "ALLOW"),
    ],
)
def test_outcomes(question: str, outcome: str):
    report = asked(question)
    assert not report.problems
    (answer,) = report.answers
    assert answer.outcome == outcome
    assert report.exit is (Exit.KEPT if outcome == "ALLOW" else Exit.BROKEN)


def test_the_deciding_line_is_where_the_rule_stands():
    (answer,) = asked("shop/web -> shop/api:8080 GET /orders").answers
    assert answer.egress.why is Why.NOT_SELECTED
    (line,) = answer.ingress.lines
    assert (line.span.file, line.span.line) == ("policy.yaml", 7)
    assert line.policy == "CiliumNetworkPolicy/api"
    assert line.excerpt.startswith("fromEndpoints: [{matchLabels: {app: web}}], toPorts: ")


def test_headers_of_the_option_count():
    report = asked("shop/web -> shop/api:8080 POST /orders", headers=(("x-key", "1"),))
    assert report.answers[0].outcome is Outcome.ALLOW


def test_several_questions_are_answered_in_order_and_one_denied_flow_breaks():
    report = asked("shop/web -> shop/api:8080 GET /orders", "shop/web -> shop/api:1")
    assert [answer.outcome for answer in report.answers] == ["ALLOW", "DENY"]
    assert report.exit is Exit.BROKEN
    assert report.summary == "2 flows: 1 ALLOW, 1 DENY (Cilium 1.19)"


@pytest.mark.parametrize(
    ("end", "message", "help_"),
    [
        ("web", "no endpoint is called `web`", "did you mean `shop/web`?"),
        ("shop/wbe", "no endpoint is called `shop/wbe`", "did you mean `shop/web`?"),
        ("other/web", "no endpoint is called `other/web`", "did you mean `shop/web`?"),
        (
            "shop/orders",
            "`shop/orders` is a Service, and policies look at the pods behind it",
            "ask about `shop/api`",
        ),
        ("shop/agent", "`shop/agent` uses the network of its node", "ask about `host` or `remote-node`"),
        ("10.0.0.0/8", "`10.0.0.0/8` is many addresses", "ask about one of them"),
        (
            "fd00::1",
            "`fd00::1` is an IPv6 address, and the settings have IPv6 off",
            "ask about the other family",
        ),
    ],
)
def test_unknown_names_say_what_could_be_meant(end: str, message: str, help_: str):
    report = asked(f"{end} -> shop/api:8080", "shop/web -> shop/api:8080")
    (problem,) = report.problems
    assert (problem.message, problem.help) == (message, help_)
    assert problem.span is not None
    assert (problem.span.file, problem.span.column, problem.span.end) == ("<question 1>", 1, len(end))
    assert report.source_lines[-1].text.startswith(end)
    assert report.exit is Exit.BAD_INPUT
    assert len(report.answers) == 1


def test_both_unknown_ends_are_named():
    assert len(asked("a/b -> c/d:1").problems) == 2


def test_workloads_of_one_name_are_all_answered():
    twin = (
        WORKLOADS
        + "---\n"
        + WORKLOADS.split("---\n")[1].replace("Deployment", "StatefulSet").replace("app: web", "app: x")
    )
    reader = MemoryReader({"w": twin, "p": POLICY})
    report = ask(input_of(reader.read(["w", "p"]), None), ["shop/web -> shop/api:8080"], ())
    assert [answer.outcome for answer in report.answers] == ["ALLOW", "DENY"]


@pytest.mark.parametrize(("policy", "code"), [(REFUSED, "unknown-value"), (REJECTED, "rejected-by-agent")])
def test_policies_that_are_not_in_force_are_said_and_decide_nothing(policy: str, code: str):
    report = asked("world -> shop/api:1", policy=policy)
    assert report.answers[0].outcome is Outcome.ALLOW
    assert [problem.code for problem in report.problems] == [code]
    assert "1 of 1 policy object not in force, for the reasons above" in report.notes
    assert report.exit is Exit.KEPT


def test_a_document_that_cannot_be_read_is_bad_input_even_if_the_flow_is_allowed():
    report = asked("shop/api -> shop/web:1", policy=POLICY + "---\na: [\n")
    assert report.answers[0].outcome is Outcome.ALLOW
    assert report.exit is Exit.BAD_INPUT
    assert "something could not be read: the answers hold for the rest" in report.notes
