"""What changes the meaning of a policy besides its text: the Cilium version and the agent's flags."""

from enum import StrEnum

import msgspec


class Version(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A Cilium minor version, e.g. `Version(1, 19)`; ordered."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


OLDEST = Version(1, 16)
NEWEST = Version(1, 20)
SUPPORTED = tuple(Version(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1))
DEFAULT_VERSION = Version(1, 19)
DEEP_STARS = Version(1, 19)
"""From here on a name pattern that begins with `**.` stands for one or more whole labels (semantics §6.1)."""


PARSERS_REMOVED = Version(1, 20)
"""From here on there are no parsers for Kafka and Cassandra, and no rules for them (semantics §7, S96)."""
CIDR_MATCHES_PODS = Version(1, 20)
"""From here on `policy-cidr-match-mode` may hold `pods` (semantics §3.5)."""
CLUSTER_POLICIES = Version(1, 20)
"""Cilium knows ClusterNetworkPolicy from here on (semantics §2.5)."""
NODES, PODS = "nodes", "pods"
"""The values of `policy-cidr-match-mode`."""


class Enforcement(StrEnum):
    """`enable-policy` of the agent (`policyEnforcementMode` in Helm)."""

    DEFAULT = "default"
    ALWAYS = "always"
    NEVER = "never"


class Defect(StrEnum):
    """A fault of some Cilium releases that changes verdicts; its value says what goes wrong.

    Source: semantics §0.3 and the description of the recorded verdicts.
    """

    NEGATIVE_PEERS = "a peer selector of nothing but negative requirements selects every pod and address"
    IP_BLOCK_ADMITS_NAMESPACE = "an ingress ipBlock of a NetworkPolicy also admits every pod of its namespace"
    IP_BLOCK_REFUSED = "a NetworkPolicy with an ingress ipBlock is not enforced"
    BARE_ADDRESS_TAKEN = "the agent takes a bare address for a prefix"
    WORLD_IGNORES_EXCEPT = "the exceptions of an allowed 0.0.0.0/0 or ::/0 are ignored"


class Settings(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """The Cilium version and the agent flags that decide verdicts; defaults are Helm's.

    Source: cilium-facts part 3 (Helm value → agent key → default); semantics §0.2 (by version).
    """

    version: Version = DEFAULT_VERSION
    enforcement: Enforcement = Enforcement.DEFAULT
    allow_localhost: bool = True
    """`allow-localhost`: `auto` means always on Kubernetes."""
    host_firewall: bool = False
    cluster: str = "default"
    default_local_cluster: bool | None = None
    """`policy-default-local-cluster`; None = the version's default (on from 1.19)."""
    node_selector_labels: bool = False
    non_default_deny: bool = True
    l7_proxy: bool = True
    icmp_rules: bool = True
    extended_ip_protocols: bool = False
    ipv4: bool = True
    ipv6: bool = False
    cidr_match_mode: frozenset[str] = frozenset()
    """`policy-cidr-match-mode`: which of NODES and PODS a CIDR can match beside the world."""
    cilium_network_policy: bool = True
    cilium_clusterwide_network_policy: bool = True
    k8s_network_policy: bool = True
    k8s_cluster_network_policy: bool = False
    defects: frozenset[Defect] = frozenset()
    """Faults of the running release; none by default, though 1.20.0 and 1.20.2 both have NEGATIVE_PEERS."""

    @property
    def scopes_peers_to_cluster(self) -> bool:
        """Whether a peer selector without a cluster key means the local cluster only."""
        if self.default_local_cluster is not None:
            return self.default_local_cluster and self.version >= Version(1, 18)
        return self.version >= Version(1, 19)

    @property
    def dual_stack(self) -> bool:
        return self.ipv4 and self.ipv6


def version(text: str) -> Version | None:
    """The supported minor version that *text* names (`1.19`, `v1.19.4`), or None."""
    parts = text.strip().removeprefix("v").split(".")
    if len(parts) < 2 or not all(part.isdigit() for part in parts[:2]):
        return None
    found = Version(int(parts[0]), int(parts[1]))
    return found if found in SUPPORTED else None
