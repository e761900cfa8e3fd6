"""The third-party data that tests read in place: policies, recorded cases, CRDs."""

import functools
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(os.environ.get("PROPOLIS_CORPUS") or Path(__file__).parents[3] / "shared")
needs_corpus = pytest.mark.skipif(
    not (ROOT / "crds").is_dir(), reason="no corpus: set PROPOLIS_CORPUS to the folder with crds and corpus"
)
CILIUM_KINDS = ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")


def texts(*folders: str) -> dict[str, str]:
    """Every YAML text under *folders* of the corpus, by its path; sorted."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.y*ml"))
    return {str(path.relative_to(ROOT)): path.read_text() for path in found}


@functools.cache
def corpus_policies() -> tuple[dict[str, Any], ...]:
    """Every CNP and CCNP among the policy files, read by PyYAML alone."""
    found: list[dict[str, Any]] = []
    for text in texts("corpus/policies", "corpus/apps").values():
        try:
            values = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
        except yaml.YAMLError:
            continue  # Templates: not YAML for anybody.
        found += [v for v in values if isinstance(v, dict) and v.get("kind") in CILIUM_KINDS]
    return tuple(found)


@functools.cache
def recorded_policies() -> tuple[dict[str, Any], ...]:
    """Every different policy object of the recorded cases, of any kind; in a fixed order."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((ROOT / "conformance").glob("*.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            case = json.loads(line)
            for policy in case.get("policies", [case["policy"]] if "policy" in case else []):
                found[json.dumps(policy, sort_keys=True)] = policy
    return tuple(found.values())
