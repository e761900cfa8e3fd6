"""Profiles of one database for tests, given to the verbs as a user gives them."""

import json
from typing import Any

from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import Sources
from propolis.manifest import Source
from propolis.model.profile import Profile
from propolis.sql.render import hba_file
from propolis.sql.wanted import Database, wanted

NETWORK = "10.244.0.0/16"


def text(*allow: str, role: str = "backend", database: str = "shop", **more: Any) -> str:
    """A profile, as JSON, whose one path leads to *database* as *role*, with these lines.

    Without TLS, which the server of most tests lacks.
    """
    postgres = {"role": role, "database": database, "from": [NETWORK], "auth": "scram-without-tls"}
    postgres |= {"allow": list(allow), **more}
    return json.dumps(
        {
            "apiVersion": "propolis.dev/v1alpha1",
            "kind": "Profile",
            "metadata": {"name": "small"},
            "cluster": {
                "cilium": "1.19",
                "dns": {"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
                "exempt": {"kube-system": "runs the cluster"},
            },
            "workloads": {
                "api": {"namespace": "shop", "labels": {"app": "api"}},
                "db": {"namespace": "shop", "labels": {"app": "db"}},
            },
            "paths": [{"path": "api -> db:5432", "postgres": postgres}],
        },
        indent=1,
        ensure_ascii=False,
    )


def given(profile: str) -> Input:
    return input_of(Sources((Source("profile.yaml", profile),)), None)


def profile(written: str) -> Profile:
    found = given(written).profile
    assert found is not None, given(written).problems
    return found


def database(*allow: str, **more: Any) -> Database:
    """The database of the profile with these lines, in which nothing is refused."""
    found = wanted(profile(text(*allow, **more)))
    assert not found.faults, found.faults
    return found.databases[0]


def hba(*allow: str, **more: Any) -> str:
    """The lines of `pg_hba.conf` for that database."""
    return hba_file([database(*allow, **more)])


def refused(*allow: str, **more: Any) -> list[str]:
    """The codes of what is refused in these lines."""
    return [fault.refusal.code for fault in wanted(profile(text(*allow, **more))).faults]
