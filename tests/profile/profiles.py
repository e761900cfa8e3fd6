"""Profiles for tests: a small sound one, and what the reader says about any text."""

import json
from pathlib import Path
from typing import Any

from propolis import profile
from propolis.manifest.yaml import documents
from propolis.model.profile import Profile

EXAMPLES = Path(__file__).parents[2] / "examples"

SOUND = """\
apiVersion: propolis.dev/v1alpha1
kind: Profile
metadata: {name: small}
cluster:
  cilium: "1.19"
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
  exempt: {kube-system: runs the cluster}
workloads:
  web: {namespace: shop, labels: {app: web}}
  api: {namespace: shop, labels: {app: api}}
  db: {namespace: shop, labels: {app: db}}
  dns: {namespace: kube-system, labels: {k8s-app: kube-dns}}
"""


def read(text: str) -> profile.Read:
    reading = documents(text, "profile.yaml")
    assert not reading.problems, reading.problems
    (document,) = reading.documents
    return profile.profile(document)


def sound(text: str) -> Profile:
    found = read(text)
    assert found.problems == ()
    assert found.profile is not None
    return found.profile


def read_value(value: Any) -> profile.Read:
    """JSON is YAML: any value can be read as a document."""
    return read(json.dumps(value))


def with_paths(*lines: str, before: str = SOUND) -> str:
    """The small profile with these items of `paths`."""
    return before + "paths:\n" + "".join(f"- {line}\n" for line in lines)


def said(text: str) -> list[str]:
    """`line:column code: words at fault` for each problem of *text*."""
    found = read(text)
    assert (found.profile is None) == bool(found.problems)
    said = []
    for problem in found.problems:
        assert problem.span is not None
        assert problem.help
        assert problem.message[0].islower() or problem.message[0] == "`" or problem.message.startswith(KNOWN)
        words = text[problem.span.start : problem.span.end].splitlines()[0]
        said.append(f"{problem.span.line}:{problem.span.column} {problem.code}: {words}")
    return said


KNOWN = ("HTTP", "DNS", "Cilium")
"""Messages may begin with these proper names."""
