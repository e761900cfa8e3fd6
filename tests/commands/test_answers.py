"""What an answer says: the reason of each end, the proxy that judges requests, and the request as a line to run."""

import pytest
from shop import CLUSTER_POLICIES, PASSED, POLICY, WORKLOADS, policy

from fakes.files import MemoryReader
from propolis.commands.ask import ask
from propolis.commands.inputs import input_of
from propolis.model.flags import Flag
from propolis.model.flow import DnsQuery, Flow, HttpRequest, Opaque, Request, TlsHello
from propolis.model.policy import Direction
from propolis.model.report import Answer
from propolis.model.settings import Version
from propolis.model.verdict import Outcome, Why
from propolis.model.world import Endpoint, Role
from propolis.semantics.explain import curl, flow_text, request_line

CILIUM = Version(1, 19)
GET = '[{ports: [{port: "8080", protocol: TCP}], rules: {http: [{method: GET}]}}]'
POST = GET.replace("GET", "POST")
BOTH_ENDS = policy("out", "web", f"  egress: [{{toPorts: {GET}}}]\n") + policy(
    "in", "api", f"  ingress: [{{toPorts: {GET}}}]\n"
)
DENY = policy("deny", "api", "  ingressDeny: [{fromEntities: [world]}]\n")
EGRESS = policy("out", "web", '  egress: [{toEntities: [world], toPorts: [{ports: [{port: "443"}]}]}]\n')
CLOUD = policy("cloud", "web", "  egress: [{toGroups: [{aws: {securityGroupsNames: [x]}}]}]\n")
CLOUD_GETS = policy(
    "cloud", "web", f"  egress: [{{toGroups: [{{aws: {{securityGroupsNames: [x]}}}}], toPorts: {GET}}}]\n"
)


def answer(question: str, *policies: str, cilium: Version = CILIUM, flags: tuple[Flag, ...] = ()) -> Answer:
    reader = MemoryReader({"world.yaml": WORKLOADS, "policy.yaml": "".join(policies)})
    given = input_of(reader.read(["world.yaml", "policy.yaml"]), cilium, flags)
    (found,) = ask(given, [question], ()).answers
    return found


@pytest.mark.parametrize(
    ("question", "policies", "direction", "why", "sentence"),
    [
        ("shop/web -> shop/api:8080", POLICY, "ingress", Why.RULE,
         "a rule of shop/api allows ingress from shop/web on this port"),
        ("shop/web -> world:443", EGRESS, "egress", Why.RULE,
         "a rule of shop/web allows egress to world on this port"),
        ("world -> shop/api:8080", DENY, "ingress", Why.RULE,
         "a deny rule of shop/api covers ingress from world"),
        ("shop/web -> shop/api:8081", POLICY, "ingress", Why.DEFAULT_DENY,
         "shop/api is in ingress default deny and no rule allows ingress from shop/web on this port"),
        ("shop/web -> world:80", EGRESS, "egress", Why.DEFAULT_DENY,
         "shop/web is in egress default deny and no rule allows egress to world on this port"),
        ("shop/web -> world:80", POLICY, "egress", Why.NOT_SELECTED,
         "no rule puts shop/web into egress default deny, so everything is allowed"),
        ("shop/web -> world:80", POLICY, "ingress", Why.NOT_POLICED,
         "world is no endpoint that policy applies to"),
        ("host -> shop/api:22", POLICY, "ingress", Why.LOCALHOST,
         "the node may always reach its own pod shop/api"),
        ("shop/web -> shop/api:8080 PUT /", POLICY, "ingress", Why.RULE,
         "a rule of shop/api allows ingress from shop/web on this port"),
    ],
)  # fmt: skip
def test_each_end_says_why(question: str, policies: str, direction: str, why: Why, sentence: str):
    """Of the connection: a request that is named has an answer of its own."""
    side = getattr(answer(question, policies), direction)
    assert (side.direction, side.why, side.sentence) == (direction, why, sentence)


def test_what_no_rule_allows_behind_the_tiers_that_were_passed_says_so():
    flags = (CLUSTER_POLICIES,)
    found = answer("shop/web -> shop/api:80", POLICY, PASSED, cilium=Version(1, 20), flags=flags)
    assert found.ingress.why is Why.RULE
    assert found.ingress.sentence == "no rule allows it behind the tiers that were passed"


def test_what_the_proxy_does_not_understand_is_said():
    found = answer("shop/web -> shop/api:8080 SNI a.example", POLICY).request
    assert found is not None
    assert found.sentence == "the http proxy does not understand it"


def test_an_end_that_cannot_be_decided_says_what_for():
    found = answer("shop/web -> 192.0.2.1:80", CLOUD)
    assert found.outcome is Outcome.UNKNOWN
    assert found.egress.why is Why.UNDECIDED
    assert found.egress.sentence.startswith("cannot be decided for shop/web: ")
    assert "group" in found.egress.sentence
    assert found.egress.lines


@pytest.mark.parametrize(
    ("question", "policies", "direction", "outcome", "why", "sentence"),
    [
        ("shop/web -> shop/api:8080 GET /orders", POLICY, "ingress", Outcome.ALLOW, Why.RULE,
         "a rule of shop/api lets this request through"),
        ("shop/web -> shop/api:8080 PUT /orders", POLICY, "ingress", Outcome.DENY, Why.REQUEST,
         "no rule of shop/api for this port lets this request through"),
        ("shop/web -> shop/api:8081 GET /orders", POLICY, "ingress", Outcome.DENY, Why.DEFAULT_DENY,
         "the connection is denied, so no request is sent"),
        ("shop/web -> world:8080 GET /", EGRESS, "egress", Outcome.DENY, Why.DEFAULT_DENY,
         "the connection is denied, so no request is sent"),
        ("shop/web -> shop/api:8081 GET /orders", POLICY + EGRESS, "ingress", Outcome.DENY, Why.DEFAULT_DENY,
         "the connection is denied, so no request is sent"),
        ("shop/api -> shop/web:8080 GET /orders", POLICY, "ingress", Outcome.ALLOW, Why.NOT_SELECTED,
         "no layer-7 rule of shop/web judges requests on this port"),
        ("shop/web -> shop/api:8080 GET /", BOTH_ENDS, "ingress", Outcome.ALLOW, Why.RULE,
         "a rule of shop/api lets this request through"),
        ("shop/web -> shop/api:8080 PUT /", BOTH_ENDS, "egress", Outcome.DENY, Why.REQUEST,
         "no rule of shop/web for this port lets this request through"),
        ("shop/web -> shop/api:8080 POST /", BOTH_ENDS.replace(GET, POST, 1), "ingress", Outcome.DENY, Why.REQUEST,
         "no rule of shop/api for this port lets this request through"),
        ("shop/web -> world:8080 PUT /", BOTH_ENDS, "egress", Outcome.DENY, Why.REQUEST,
         "no rule of shop/web for this port lets this request through"),
        ("shop/web -> shop/api:8080 GET /", BOTH_ENDS + DENY.replace("world", "cluster"), "egress", Outcome.ALLOW,
         Why.RULE, "a rule of shop/web lets this request through"),
    ],
)  # fmt: skip
def test_the_request_has_the_answer_of_the_end_that_judges_it(
    question: str, policies: str, direction: str, outcome: Outcome, why: Why, sentence: str
):
    found = answer(question, policies).request
    assert found is not None
    assert (found.direction, found.outcome, found.why, found.sentence) == (direction, outcome, why, sentence)


def test_a_request_that_cannot_be_decided_says_why():
    found = answer("shop/web -> 192.0.2.1:8080 GET /", CLOUD_GETS).request
    assert found is not None
    assert found.outcome is Outcome.UNKNOWN
    assert found.direction == "egress"
    assert found.sentence.startswith("cannot be decided: ")
    assert "group" in found.sentence


def test_an_answer_without_a_request_says_nothing_of_any():
    found = answer("shop/web -> shop/api:8080", POLICY)
    assert (found.request, found.request_line, found.curl) == (None, "", "")
    assert found.flow == "shop/web -> shop/api:8080/tcp"
    assert found.cilium == "1.19"


def test_only_a_request_of_http_is_a_line_to_run():
    found = answer("shop/web -> world:443 SNI a.example", POLICY)
    assert (found.request_line, found.curl) == ("SNI a.example", "")
    assert answer("shop/web -> world:443 GET /", POLICY).curl


def test_the_proxy_that_judges_is_said_of_the_end_where_it_stands():
    found = answer("shop/web -> shop/api:8080", POLICY)
    assert "requests are judged by the http proxy" in found.ingress.facts
    assert not any("proxy" in fact for fact in found.egress.facts)


def test_lines_are_each_told_once_and_four_at_most():
    rules = "".join(f"  - fromEntities: [world, host]  # {number}\n" for number in range(6))
    found = answer("shop/web -> shop/api:1", policy("many", "api", f"  ingress:\n{rules}"))
    lines = [line.span.line for line in found.ingress.lines]
    assert len(lines) == len(set(lines)) == 4
    two = answer("shop/web -> shop/api:8081", POLICY, DENY)
    assert len(two.ingress.lines) == 2


# --- flows and requests as text ---


def end(name: str, existing: bool = True) -> Endpoint:
    return Endpoint(name, Role.POD, frozenset(), "shop", existing=existing)


@pytest.mark.parametrize(
    ("protocol", "port", "text"),
    [
        ("TCP", 80, "a/b -> c/d:80/tcp"),
        ("UDP", 53, "a/b -> c/d:53/udp"),
        ("ICMP", 8, "a/b -> c/d icmp/8"),
        ("ICMPv6", 128, "a/b -> c/d icmpv6/128"),
    ],
)
def test_a_flow_reads_as_it_is_asked(protocol: str, port: int, text: str):
    assert flow_text(Flow(end("a/b"), end("c/d"), protocol, port)) == text


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (HttpRequest("GET", "/x"), "GET /x"),
        (
            HttpRequest("GET", "/x", "h.example", (("a", "1"), ("b", ""))),
            "GET /x [host=h.example] [a=1] [b=]",
        ),
        (
            HttpRequest("GET", "/x", "", (("content-type", "application/grpc"),)),
            "GET /x [content-type=application/grpc]",
        ),
        (DnsQuery("a.example"), "DNS a.example"),
        (DnsQuery(""), "DNS ."),
        (TlsHello("a.example"), "SNI a.example"),
        (Opaque(), "bytes that are no HTTP, DNS or TLS"),
    ],
)
def test_a_request_reads_as_it_is_asked(request_: Request, text: str):
    assert request_line(request_) == text


CALL = HttpRequest("POST", "/a.B/C", headers=(("content-type", "application/grpc"), ("x", "1")))


@pytest.mark.parametrize(
    ("request_", "destination", "line"),
    [
        (HttpRequest("PUT", "/x"), end("shop/api"), "curl --path-as-is -X PUT http://api:80/x"),
        (
            HttpRequest("GET", "/"),
            end("shop/(new pod)", False),
            "curl --path-as-is -X GET http://new-pod:80/",
        ),
        (HttpRequest("GET", "/"), end("world"), "curl --path-as-is -X GET http://world:80/"),
        (
            HttpRequest("GET", "/a b", "h.example", (("x-a", "1"), ("x-b", ""))),
            end("shop/api"),
            "curl --path-as-is -X GET -H 'Host: h.example' -H 'x-a: 1' -H 'x-b;' 'http://api:80/a b'",
        ),
        (
            CALL,
            end("shop/api"),
            "curl --path-as-is -X POST --http2-prior-knowledge -H 'content-type: application/grpc' -H 'x: 1' "
            "http://api:80/a.B/C",
        ),
    ],
)
def test_a_request_is_run_as_it_is_asked(request_: HttpRequest, destination: Endpoint, line: str):
    assert curl(Flow(end("shop/web"), destination, "TCP", 80, request_)) == line


def test_only_http_can_be_run():
    with pytest.raises(ValueError):
        curl(Flow(end("a"), end("b"), "TCP", 443, TlsHello("a.example")))


def test_the_directions_of_an_answer_are_those_of_its_ends():
    found = answer("shop/web -> shop/api:8080", POLICY)
    assert (found.egress.direction, found.ingress.direction) == (Direction.EGRESS, Direction.INGRESS)
