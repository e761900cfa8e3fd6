"""Pods as the policies name them: one for each selector, taken to exist where no workload was given.

Not those of `semantics.imagined`, which could be created beside what exists, and also just miss a selector.
"""

from collections.abc import Iterable, Iterator

from propolis.model.labels import ANY, K8S, NAMESPACE, Operator, Selector
from propolis.model.policy import EndpointsPeer, Kind, Policy, Spec
from propolis.model.world import Workload, World

_NAMING = ("app.kubernetes.io/name", "app", "k8s-app", "name", "component")


def world(policies: Iterable[Policy]) -> World:
    """A pod for every selector that fixes at least one label: pods that the policies talk about.

    Shape: one workload per distinct namespace and labels; kind `Pod`.
    """
    found = {
        (pod.namespace, pod.labels): pod
        for policy in policies
        for spec in policy.specs
        for pod in _pods(policy, spec)
    }
    return World(workloads=tuple(found[key] for key in sorted(found)))


def _pods(policy: Policy, spec: Spec) -> Iterator[Workload]:
    if spec.endpoint_selector is not None:
        yield from _pod(policy, spec.endpoint_selector)
    for item in spec.items():
        for listed in item.peers:
            for peer in listed.peers:
                if isinstance(peer, EndpointsPeer):
                    yield from _pod(policy, peer.selector)


def _pod(policy: Policy, selector: Selector) -> Iterator[Workload]:
    """The pod that *selector* describes; none when it fixes no label, or asks for more than labels."""
    fixed = [r for r in selector.requirements if r.operator is Operator.EQUALS and r.source in (K8S, ANY)]
    labels = {r.key: r.values[0] for r in fixed}
    namespace = labels.pop(NAMESPACE, policy.namespace if policy.kind is Kind.CNP else "")
    own = tuple(sorted((key, value) for key, value in labels.items() if not key.startswith("io.cilium.k8s.")))
    if len(fixed) == len(selector.requirements) and own and namespace:
        yield Workload("Pod", _name(dict(own)), namespace, own, document=policy.document, base=policy.base)


def _name(labels: dict[str, str]) -> str:
    naming = next((key for key in _NAMING if key in labels), None)
    return labels[naming] if naming else "-".join(value for value in labels.values() if value) or "pod"
