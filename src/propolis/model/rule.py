"""Rules: what policies come to once scopes and defaults are filled in; the only input of both engines."""

from enum import IntEnum

import msgspec

from propolis.model.labels import Selector
from propolis.model.policy import Direction, Effect, IcmpRule, Peer, PortRule
from propolis.model.settings import Defect
from propolis.model.span import Path


class Tier(IntEnum):
    """Lower is decided first. Every CNP, CCNP and NetworkPolicy is NORMAL."""

    ADMIN = 100
    NORMAL = 200
    BASELINE = 250


class Origin(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where a rule was written: the policy's `Kind/name`, and the item's path in its document."""

    policy: str
    document: int
    path: Path


class Rule(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item of one policy, with everything that Cilium fills in.

    *peers*: None selects nobody; `()` is "no peer given": everybody if there are ports, else nothing.
    *ports*: None = no port clause (every protocol and port); otherwise the items of `toPorts` or `icmps`.
    *default_deny*: whether selecting an endpoint switches this direction to default deny.
    *unknown*: why it cannot be decided whom of *peers* this rule selects; "" when it can.
    *unsettles*: why no other rule of this direction can be decided either, for the endpoints that it selects.
    *defect*: the fault of the Cilium release without which there would be no such rule.
    """

    subject: Selector
    nodes: bool = False
    direction: Direction
    effect: Effect
    peers: tuple[Peer, ...] | None
    ports: tuple[PortRule | IcmpRule, ...] | None
    default_deny: bool = True
    authentication: str | None = None
    tier: Tier = Tier.NORMAL
    priority: float = 0.0
    origin: Origin
    unknown: str = ""
    unsettles: str = ""
    defect: Defect | None = None
