"""Reading manifests: everything is found, everything wrong is said, nothing raises."""

import textwrap

import pytest

from manifest.corpus import needs_corpus, texts
from propolis.manifest import Manifests, Source, read
from propolis.model.settings import SUPPORTED, Version
from propolis.model.span import Problem

V1_19, V1_20 = Version(1, 19), Version(1, 20)
POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}, ingress: [{fromEntities: [world]}]}
"""


def reading(*texts: str) -> Manifests:
    return read([Source(f"{n}.yaml", textwrap.dedent(text)) for n, text in enumerate(texts)], V1_19)


def told(found: Manifests, code: str) -> list[Problem]:
    return [problem for problem in found.problems if problem.code == code]


def test_lists_are_expanded_and_paths_lead_from_the_document() -> None:
    found = reading(
        """\
        apiVersion: v1
        kind: List
        items:
          - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
          - apiVersion: cilium.io/v2
            kind: CiliumNetworkPolicyList
            items:
              - metadata: {name: web, namespace: shop}
                spec: {endpointSelector: {}, ingress: [{toPorts: [{ports: [{port: 80}]}]}]}
        """
    )
    (policy,) = found.policies
    base = ("items", 1, "items", 0)
    assert (policy.base, policy.document, policy.name) == (base, 0, "web")
    (port,) = (
        port for item in policy.specs[0].items() for rule in item.to_ports or () for port in rule.ports or ()
    )
    assert port.path == (*base, "spec", "ingress", 0, "toPorts", 0, "ports", 0)
    (refusal,) = policy.refusals
    assert refusal.span is not None
    assert found.documents[0].excerpt(refusal.span) == "80"


def test_documents_are_counted_over_all_texts() -> None:
    found = reading("", POLICY, POLICY.replace("web", "api"))
    assert [found.documents[p.document].file for p in found.policies] == ["1.yaml", "2.yaml"]


def test_one_bad_object_hides_no_other() -> None:
    found = reading(f"a: [\n---\n{POLICY}---\njust text\n---\nkind: Pod\n---\n{POLICY.replace('web', 'api')}")
    assert [p.name for p in found.policies] == ["web", "api"]
    assert [p.code for p in found.problems if p.severity == "error"] == ["not-yaml", "no-object", "no-kind"]


def test_a_refusal_and_an_unknown_field_are_problems_with_places() -> None:
    found = reading(POLICY.replace("metadata", "meta"))
    (unknown,) = told(found, "unknown-field")
    assert unknown.span is not None
    assert found.documents[0].excerpt(unknown.span) == "meta"
    assert unknown.severity == "warning"
    (refused,) = told(found, "missing-field")
    assert refused in found.policies[0].refusals
    assert refused.severity == "error"


def test_the_last_of_two_replaces_the_first() -> None:
    found = reading(POLICY, POLICY.replace("world", "cluster"))
    first, last = found.policies
    (problem,) = first.refusals
    assert problem.code == "replaced-object"
    assert problem.severity == "warning"
    assert "`CiliumNetworkPolicy/shop/web`" in problem.message
    assert "1.yaml:3" in problem.message
    assert last.refusals == ()
    assert problem in found.problems


def test_a_refused_object_replaces_nothing() -> None:
    found = reading(POLICY, POLICY.replace("world", "moon"))
    assert [len(p.refusals) for p in found.policies] == [0, 1]
    assert told(found, "replaced-object") == []


def test_the_same_object_twice_is_only_a_note() -> None:
    assert [p.severity for p in told(reading(POLICY, POLICY), "replaced-object")] == ["note"]


def test_a_policy_without_namespace_is_in_default() -> None:
    found = reading(POLICY.replace(", namespace: shop", ""))
    assert [p.namespace for p in found.policies] == ["default"]
    assert [p.severity for p in told(found, "namespace-assumed")] == ["note"]


def test_a_clusterwide_policy_has_no_namespace() -> None:
    found = reading(POLICY.replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"))
    assert [p.namespace for p in found.policies] == [""]
    assert [p.severity for p in told(found, "namespace-ignored")] == ["warning"]


def test_profiles_and_kinds_without_meaning() -> None:
    found = reading(
        """\
        apiVersion: propolis.dev/v1
        kind: Profile
        ---
        {apiVersion: v1, kind: Secret}
        ---
        {apiVersion: v1, kind: ConfigMap}
        ---
        {apiVersion: v1, kind: ConfigMap}
        ---
        {apiVersion: serving.knative.dev/v1, kind: Service}
        ---
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop}}
        """
    )
    assert [document.value["kind"] for document in found.profiles] == ["Profile"]
    assert found.skipped == (("ConfigMap", 2), ("Secret", 1), ("Service", 1))


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicies}", "did you mean `CiliumNetworkPolicy`?"),
        ("{apiVersion: cilium.io/v2, kind: ciliumnetworkpolicy}", "did you mean `CiliumNetworkPolicy`?"),
        ("{apiVersion: propolis.dev/v1, kind: Profil}", "write `kind: Profile`, outside of any list"),
    ],
)
def test_misspelt_kinds(text: str, help: str) -> None:
    (problem,) = told(reading(text), "unknown-kind")
    assert problem.help == help


@pytest.mark.parametrize(
    ("api_version", "severity"),
    [("cilium.io/v2", "error"), ("cilium.io/v2alpha1", "error"), ("example.org/v1", "warning")],
)
def test_a_misspelt_kind_is_an_error_where_the_right_one_is_served(api_version: str, severity: str) -> None:
    text = f"{{apiVersion: {api_version}, kind: CilumNetworkPolicy, metadata: {{name: a}}}}"
    (problem,) = told(reading(text), "unknown-kind")
    assert (problem.severity, problem.help) == (severity, "did you mean `CiliumNetworkPolicy`?")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("[a, {hosts: all}]", "note"),  # a playbook, hooks, and whatever else is a list
        ("[]", "note"),
        ("[{apiVersion: v1, kind: Pod, metadata: {name: a}}]", "error"),
        ("{apiVersion: v1, kind: List, items: [[]]}", "error"),
        ("Not Found", "error"),
    ],
)
def test_a_list_is_an_error_where_it_holds_objects(text: str, severity: str) -> None:
    (problem,) = told(reading(text), "no-object")
    assert problem.severity == severity


def test_a_stream_of_json_is_told_how_to_be_one_of_yaml() -> None:
    (problem,) = told(reading('{"kind": "Pod"}\n{"kind": "Pod"}\n'), "not-yaml")
    assert (problem.message, problem.span and problem.span.line) == ("a JSON object follows another one", 2)


def test_the_wrong_version_of_a_policy_is_refused() -> None:
    found = reading(POLICY.replace("cilium.io/v2", "cilium.io/v1"))
    assert [problem.code for problem in found.policies[0].refusals] == ["unknown-version"]


def test_problems_stand_in_the_order_of_the_texts() -> None:
    found = reading(
        POLICY.replace("world", "moon").replace("endpointSelector", "endpointSelecter"), "- 1", "a: ["
    )
    places = [(p.span.file, p.span.start) for p in found.problems if p.span is not None]
    assert places == sorted(places)
    assert len(places) >= 5


EXTENDED = "corpus/policies/cilium-examples/host_allow-extended-protocols.yaml"
REQUIRES = "corpus/policies/cilium-examples/l3_requires_requires.yaml"


def corpus(version: Version) -> Manifests:
    return read([Source(*item) for item in texts("corpus/policies", "corpus/apps").items()], version)


@needs_corpus
@pytest.mark.parametrize("version", SUPPORTED, ids=str)
def test_the_corpus_is_read(version: Version) -> None:
    found = corpus(version)
    assert len(found.policies) > 140
    assert len(found.world.workloads) > 30
    assert all(problem.span is not None for problem in found.problems)


@needs_corpus
@pytest.mark.parametrize(("version", "files"), [(V1_19, {EXTENDED, REQUIRES}), (V1_20, {REQUIRES})])
def test_no_sound_policy_of_the_corpus_is_refused(version: Version, files: set[str]) -> None:
    problems = [p for policy in corpus(version).policies for p in policy.refusals if p.severity == "error"]
    assert {problem.span.file for problem in problems if problem.span is not None} == files


@pytest.mark.parametrize("kind", ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"])
def test_a_policy_that_only_others_enforce_is_not_passed_over_in_silence(kind: str):
    written = f"apiVersion: policy.networking.k8s.io/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\n"
    (problem,) = told(reading(written), "kind-not-enforced")
    assert problem.message == f"Cilium does not enforce `{kind}`: the object is skipped"
    assert problem.severity == "warning"
    other = written.replace("policy.networking.k8s.io", "example.com")
    assert told(reading(other), "kind-not-enforced") == []
