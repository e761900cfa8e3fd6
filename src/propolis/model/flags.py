"""The agent's flags as text, `enable-policy=always`, by the keys that the ConfigMap `cilium-config` has.

Source: cilium-facts part 3; Cilium pkg/option/config.go.
"""

from collections.abc import Mapping
from difflib import get_close_matches

import msgspec

from propolis.model.settings import (
    CIDR_MATCHES_PODS,
    NODES,
    PODS,
    Defect,
    Enforcement,
    Settings,
)
from propolis.model.span import Span

CONFIG_MAP = "cilium-config"
DEFECT = "defect"
"""No flag of Cilium: names a fault of the release that runs, see `Defect`; those named are all that it has."""
_NO_DEFECT = "none"
_CLUSTER_NAME = "cluster-name"
_MATCH_MODE = "policy-cidr-match-mode"
# Comparing spellings is quadratic in their length; no key has more than 40 letters.
_LONGEST_NAME = 60

_TRUTH = {
    text: truth for truth, texts in ((True, "1 t true"), (False, "0 f false")) for text in texts.split()
}
_ENFORCEMENT = {mode.value: mode for mode in Enforcement}
_LOCALHOST = {"always": True, "auto": True, "policy": False}
_FLAGS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "allow-localhost": ("allow_localhost", _LOCALHOST),
    "enable-policy": ("enforcement", _ENFORCEMENT),
    **{
        key: (field, _TRUTH)
        for key, field in (
            ("enable-cilium-clusterwide-network-policy", "cilium_clusterwide_network_policy"),
            ("enable-cilium-network-policy", "cilium_network_policy"),
            ("enable-extended-ip-protocols", "extended_ip_protocols"),
            ("enable-host-firewall", "host_firewall"),
            ("enable-icmp-rules", "icmp_rules"),
            ("enable-ipv4", "ipv4"),
            ("enable-ipv6", "ipv6"),
            ("enable-k8s-cluster-network-policy", "k8s_cluster_network_policy"),
            ("enable-k8s-networkpolicy", "k8s_network_policy"),
            ("enable-l7-proxy", "l7_proxy"),
            ("enable-node-selector-labels", "node_selector_labels"),
            ("enable-non-default-deny-policies", "non_default_deny"),
            ("policy-default-local-cluster", "default_local_cluster"),
        )
    },
}
NAMES = tuple(sorted((*_FLAGS, _CLUSTER_NAME, _MATCH_MODE, DEFECT)))
"""Every name that `assigned` knows."""
UNREAD = {
    "labels": "it changes which labels identities have",
    "policy-audit-mode": "it lets pass what policies deny",
}
"""Keys that change verdicts and are not taken into account, with why they matter."""


class Flag(msgspec.Struct, frozen=True):
    """One flag as written; *span* is its place in a manifest, None on the command line."""

    name: str
    value: str
    span: Span | None = None


class Mistake(msgspec.Struct, frozen=True):
    """Why a flag cannot be taken, and what to write instead."""

    message: str
    help: str


def assigned(settings: Settings, flag: Flag) -> Settings | Mistake:
    """*settings* with *flag* set; values are read as the agent reads them."""
    name, value = flag.name, flag.value.strip()
    match name:
        case "cluster-name" if value:
            return msgspec.structs.replace(settings, cluster=value)
        case "policy-cidr-match-mode":
            return _with_match_mode(settings, value)
        case "defect":
            return _with_defect(settings, value)
        case _ if name in _FLAGS:
            field, values = _FLAGS[name]
            found = values.get(value.lower())
            if found is None:
                return _wrong_value(name, value, [text for text in values if len(text) > 1])
            return msgspec.structs.replace(settings, **{field: found})
        case _:
            return _unknown(name)


def is_read(name: str) -> bool:
    """Whether *name* is a key of the agent that `assigned` knows."""
    return name in NAMES and name != DEFECT


def _with_match_mode(settings: Settings, value: str) -> Settings | Mistake:
    modes = frozenset(value.replace(",", " ").split())
    known = {NODES, PODS} if settings.version >= CIDR_MATCHES_PODS else {NODES}
    if wrong := sorted(modes - known):
        return _wrong_value(_MATCH_MODE, wrong[0], sorted(known), f" of Cilium {settings.version}")
    return msgspec.structs.replace(settings, cidr_match_mode=modes)


def _with_defect(settings: Settings, value: str) -> Settings | Mistake:
    if value == _NO_DEFECT:
        return msgspec.structs.replace(settings, defects=frozenset())
    known = {_spelled(defect): defect for defect in Defect}
    if value not in known:
        return _wrong_value(DEFECT, value, [*known, _NO_DEFECT])
    return msgspec.structs.replace(settings, defects=(settings.defects or frozenset()) | {known[value]})


def _spelled(defect: Defect) -> str:
    return defect.name.lower().replace("_", "-")


def _wrong_value(name: str, value: str, known: list[str], whose: str = "") -> Mistake:
    said = ", ".join(f"`{text}`" for text in known)
    return Mistake(f"`{value}` is no value of `{name}`{whose}", f"it takes {said}")


def _unknown(name: str) -> Mistake:
    if name in UNREAD:
        return Mistake(
            f"`{name}` is not taken into account", f"{UNREAD[name]}: verdicts can differ from ours"
        )
    if name == _CLUSTER_NAME:
        return Mistake(f"`{name}` is empty", "name the cluster, as in `cluster-name=east`")
    close = get_close_matches(name, NAMES, n=1, cutoff=0.5) if len(name) <= _LONGEST_NAME else []
    help_ = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(NAMES)}"
    return Mistake(f"`{name}` is no setting that changes verdicts", help_)


def _text(values: Mapping[str, object], held: object) -> str:
    """The longest of the texts that mean *held*, which is the plainest."""
    return max((text for text in values if values[text] == held), key=len)


def described(settings: Settings) -> str:
    """`Cilium 1.19`, and every flag that is not as it is by default."""
    usual = Settings(version=settings.version)
    told = [f"Cilium {settings.version}"]
    for name, (field, values) in _FLAGS.items():
        held = getattr(settings, field)
        if held != getattr(usual, field):
            told.append(f"{name}={_text(values, held)}")
    if settings.cluster != usual.cluster:
        told.append(f"{_CLUSTER_NAME}={settings.cluster}")
    if settings.cidr_match_mode:
        told.append(f"{_MATCH_MODE}={','.join(sorted(settings.cidr_match_mode))}")
    if settings.defects is not None:
        told += [f"{DEFECT}={name}" for name in sorted(map(_spelled, settings.defects)) or (_NO_DEFECT,)]
    return ", ".join(told)
