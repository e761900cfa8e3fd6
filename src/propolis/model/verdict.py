"""What the engine answers about a flow."""

from enum import StrEnum

import msgspec

from propolis.model.policy import Direction
from propolis.model.rule import Origin


class Outcome(StrEnum):
    ALLOW = "ALLOW"
    DENY = "DENY"
    UNKNOWN = "UNKNOWN"


class Why(StrEnum):
    """What decided one direction."""

    RULE = "rule"
    """An allow or deny rule; its origin is named."""
    DEFAULT_DENY = "default-deny"
    """No rule allows it and some rule switched the direction to default deny."""
    NOT_SELECTED = "not-selected"
    """No rule selects the endpoint in this direction, or all that do are non-default-deny."""
    NOT_POLICED = "not-policed"
    """This end is no endpoint that Cilium polices (outside, host without host firewall, …)."""
    LOCALHOST = "localhost"
    """A node may always reach its own pods, unless a deny says otherwise."""
    REQUEST = "request"
    """The connection is allowed, the request is decided at layer 7."""
    UNDECIDED = "undecided"
    """The rules named hold something that the engine cannot decide."""


class Side(msgspec.Struct, frozen=True):
    """One direction's answer. *rules*: the rules that decide it, or that switched default deny on.

    *proxy*: `http`, `dns` or `tls` when the connection is redirected to that layer-7 proxy, else "".
    """

    direction: Direction
    outcome: Outcome
    why: Why
    rules: tuple[Origin, ...] = ()
    proxy: str = ""
    reason: str = ""
    facts: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """Both directions' answers; a flow passes when both allow it."""

    outcome: Outcome
    egress: Side
    ingress: Side
