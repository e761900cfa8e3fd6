"""Reports to format: one of every part."""

from propolis.model.finding import Finding, Fix, Safety, Severity, TextEdit
from propolis.model.policy import Direction
from propolis.model.report import (
    Answer,
    ClaimOutcome,
    Exit,
    Line,
    NearestFlow,
    Remedy,
    Repair,
    Report,
    SideAnswer,
    SourceLine,
    Status,
    Written,
)
from propolis.model.span import Problem, Span
from propolis.model.verdict import Outcome, Why

TEXT = "              protocol: TCP#PostgreSQL"
SPAN = Span("shop.yaml", 5, 25, 5, 39, 124, 138)

FINDING = Finding(
    "invalid-protocol",
    Severity.ERROR,
    "`TCP#PostgreSQL` is no protocol",
    SPAN,
    "the API server refuses the object, so nothing of it is in force",
    "put a space before `#`",
    "CiliumNetworkPolicy/backend",
    Fix("write `TCP`", Safety.SAFE, (TextEdit("shop.yaml", 124, 138, "TCP #PostgreSQL"),)),
    (Span("shop.yaml", 2, 1, 2, 5, 10, 14),),
)
PROBLEM = Problem("tab", "a tab cannot indent", SPAN, "use spaces")

EGRESS = SideAnswer(
    Direction.EGRESS,
    Outcome.DENY,
    Why.DEFAULT_DENY,
    "no rule of `shop/web` lets it out",
    (
        Line(
            "CiliumClusterwideNetworkPolicy/base",
            Span("base.yaml", 8, 3, 9, 1, 80, 90),
            "endpointSelector: {}",
        ),
    ),
    ("the name was learned",),
)
INGRESS = SideAnswer(
    Direction.INGRESS,
    Outcome.ALLOW,
    Why.RULE,
    "a rule allows it",
    (Line("CiliumNetworkPolicy/api", Span("api.yaml", 7, 5, 9, 1, 70, 90), "fromEndpoints: [{}]"),),
)
ANSWER = Answer(
    "shop/web -> shop/api:8080/TCP",
    Outcome.DENY,
    EGRESS,
    INGRESS,
    None,
    "GET /orders",
    "curl -X GET http://api.shop:8080/orders",
    "1.19",
    (Remedy(Direction.EGRESS, "an allow rule is missing", EGRESS.lines),),
    NearestFlow(
        "shop/web -> shop/api:8081/TCP", ("port 8081 instead of 8080",), "GET /", "curl http://api:8081/"
    ),
)
CLAIMS = (
    ClaimOutcome("default-deny", "nothing is open by default", Status.KEPT, scope="3 workloads"),
    ClaimOutcome("nothing-lost", "every path is open", Status.BROKEN, "egress is cut", ANSWER, "3 workloads"),
    ClaimOutcome("tenants-apart", "tenants are apart", Status.UNKNOWN, "toNodes", scope="3 workloads"),
)
DIFF = "--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-x\n+y\n"
FULL = Report(
    command="prove",
    exit=Exit.BROKEN,
    summary="1 kept, 1 broken, 1 unknown",
    problems=(PROBLEM,),
    findings=(FINDING,),
    claims=CLAIMS,
    repairs=(
        Repair(
            "nothing-lost",
            "every path is open",
            ("add an item",),
            "--- a.yaml\n+++ a.yaml\n@@ -1 +1 @@\n-x\n+y\n",
            3,
        ),
        Repair("tenants-apart", "tenants are apart", (), "", 7, "none of 7 candidates keeps it"),
    ),
    answers=(ANSWER,),
    written=(Written("out/a.yaml", True), Written("out/b.yaml", False)),
    notes=("2 ConfigMaps have no meaning here",),
    source_lines=(SourceLine("shop.yaml", 5, TEXT),),
)
