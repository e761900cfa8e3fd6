"""No input makes the linter fail: the corpus as it is, and examples with parts changed at random."""

import copy
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lint.reading import linted
from propolis.lint.pages import example
from propolis.lint.rule import modules
from propolis.model.settings import Settings, Version

CORPUS = Path(os.environ.get("PROPOLIS_CORPUS", Path(__file__).parents[3] / "shared")) / "corpus"
ODD = (None, True, 0, -1, 70000, 1.5, "", "x", "*", ":", "k8s:", "#", [], {}, [{}], [None], {"a": None}, [[]])


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield from nodes(part, (*path, step))


def changed(documents: list[Any], chance: random.Random) -> list[Any]:
    """*documents* with one node replaced by something odd, or removed."""
    result = copy.deepcopy(documents)
    *above, last = chance.choice([path for path in nodes(result) if len(path) > 1])
    parent: Any = result
    for step in above:
        parent = parent[step]
    if chance.random() < 0.3:
        del parent[last]
    else:
        parent[last] = chance.choice(ODD)
    return result


@pytest.mark.parametrize("rule", sorted(modules()))
def test_changed_examples_are_linted_without_an_exception(rule: str) -> None:
    chance = random.Random(rule)
    for heading in ("Avoid", "Prefer"):
        documents = [found for found in yaml.safe_load_all(example(modules()[rule], heading)) if found]
        for version in (Version(1, 16), Version(1, 20)):
            for _ in range(4):
                once = changed(documents, chance)
                twice = changed(once, chance) if len(list(nodes(once))) > 4 else once
                for found in linted(yaml.safe_dump_all(twice), Settings(version=version)):
                    assert (
                        found.message[0] == "`"
                        or found.message[0].islower()
                        or found.message.startswith(("ICMP", "SCTP"))
                    )
                    assert found.span.line >= 1


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not on this machine")
@pytest.mark.parametrize("minor", [16, 18, 20])
def test_the_corpus_is_linted_without_an_exception(minor: int) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(CORPUS.rglob("*.y*ml"))]
    assert len(texts) > 100
    known = set(modules())
    for text in texts:
        assert {finding.rule for finding in linted(text, Settings(version=Version(1, minor)))} <= known
