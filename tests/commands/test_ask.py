"""`ask`: names become endpoints or say what they could mean; answers name the deciding lines."""

import msgspec
import pytest
from shop import POLICY, REFUSED, REJECTED, WORKLOADS

from fakes.files import MemoryReader
from propolis.cli import main
from propolis.commands.ask import ask
from propolis.commands.inputs import input_of
from propolis.model.report import Exit, Report
from propolis.model.settings import Version
from propolis.model.verdict import Outcome, Why
from propolis.semantics.explain import explained


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


# --- explanations ---


def told(question: str, policy: str = POLICY):
    reader = MemoryReader({"world.yaml": WORKLOADS, "policy.yaml": policy})
    given = input_of(reader.read(["world.yaml", "policy.yaml"]), Version(1, 19))
    (answer,) = ask(given, [question], (), explained).answers
    (plain,) = ask(given, [question], ()).answers
    assert msgspec.structs.replace(answer, remedies=(), nearest=None) == plain
    return answer


@pytest.mark.parametrize(
    ("question", "nearest", "changes"),
    [
        (
            "shop/web -> shop/api:8080 DELETE /orders",
            "shop/web -> shop/api:8080/tcp GET /orders",
            ("method `GET` instead of `DELETE`",),
        ),
        (
            "shop/web -> shop/api:8080 POST /orders",
            "shop/web -> shop/api:8080/tcp POST /orders [x-key=1]",
            ("with the header `x-key: 1`",),
        ),
        ("shop/web -> shop/api:8081", "shop/web -> shop/api:8080/tcp", ("port 8080 instead of 8081",)),
        ("shop/web -> shop/api:8080/udp", "shop/web -> shop/api:8080/tcp", ("TCP instead of UDP",)),
        ("world -> shop/api:8080", "shop/web -> shop/api:8080/tcp", ("from shop/web instead of world",)),
        (
            "world -> shop/api:9/udp",
            "world -> shop/web:9/udp",
            ("to shop/web instead of shop/api",),
        ),
    ],
)
def test_the_nearest_allowed_flow(question: str, nearest: str, changes: tuple[str, ...]):
    answer = told(question)
    assert answer.nearest is not None
    flow = " ".join(filter(None, (answer.nearest.flow, answer.nearest.request_line)))
    assert (flow, answer.nearest.changes) == (nearest, changes)
    (allowed,) = asked(flow).answers
    assert allowed.outcome is Outcome.ALLOW


def test_an_allowed_flow_says_how_each_end_could_stop_it():
    answer = told("shop/web -> shop/api:8080 GET /orders")
    assert answer.nearest is None
    egress, ingress = answer.remedies
    assert "has to put shop/web into egress default deny" in egress.sentence and not egress.lines
    assert "have to go" in ingress.sentence
    assert [line.span.line for line in ingress.lines] == [7]


def test_behind_a_deny_rule_an_allow_rule_may_be_missing_too():
    deny = "  ingressDeny:\n  - fromEntities: [world]\n"
    answer = told("world -> shop/api:8080", POLICY + deny)
    first, second = answer.remedies
    assert "deny rules have to go" in first.sentence
    assert "an allow rule" in second.sentence


def test_the_command_explains(tmp_path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "all.yaml").write_text(WORKLOADS + "---\n" + POLICY)
    assert main(["ask", str(tmp_path), "--explain", "shop/web -> shop/api:8081"]) == 1
    shown = capsys.readouterr().out
    assert "  to allow it:\n" in shown
    assert "nearest shop/web -> shop/api:8080/tcp  (port 8080 instead of 8081)" in shown


def test_pods_that_proofs_imagine_can_be_asked_about():
    report = asked(
        "shop/(new pod labelled app=web) -> shop/api:8080",
        "n/(new pod) -> shop/(new pod labelled app=api):8080",
    )
    assert [answer.outcome for answer in report.answers] == ["ALLOW", "DENY"]
