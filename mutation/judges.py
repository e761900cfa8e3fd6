"""What judges a mutant first: many small questions whose answers are known, each asked alone.

A recorded case of the real engine, a case of `vectors`, a generated world on which both engines have to agree, or
whose proofs, kinds of pods and changes are looked at one by one.
This module imports what is mutated, so it is imported anew for every mutant.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from agreement import test_proofs, test_strangers
from agreement.test_engines_agree import WORLDS, check
from agreement.test_requests_agree import (
    test_a_request_passes_a_clause_if_it_is_in_its_language as clauses_agree,
)
from diff import test_diff_laws
from propolis.commands.conform import agreement
from propolis.model.profile import Assumptions
from propolis.model.settings import SUPPORTED
from propolis.semantics.compare import compared
from truth.test_conformance import settings, with_tiers_swapped
from truth.test_vectors import cases as vectors
from truth.test_vectors import test_both_engines_decide_as_the_rule_says as decides

Recorded = Mapping[str, Sequence[dict[str, Any]]]
"""The recorded cases, by file."""


def questions(recorded: Recorded) -> dict[str, Callable[[], None]]:
    """By name; each raises when the answer is not the known one."""
    found: dict[str, Callable[[], None]] = {}
    for name, cases in recorded.items():
        for number, case in enumerate(cases):
            found[f"recorded {name} {number} {case.get('id', '')}"] = partial(_agrees, name, case)
    found |= {f"vectors {case['id']}": partial(decides, case) for case in vectors()}
    found |= {f"clauses {version}": partial(clauses_agree, version) for version in SUPPORTED}
    found |= {f"world {seed}": partial(check, seed) for seed in range(WORLDS)}
    found |= {f"proofs {seed}": partial(test_proofs.check, seed) for seed in range(200)}
    found |= {f"strangers {seed}": partial(_strangers, seed) for seed in range(60)}
    found |= {f"changes {seed}": partial(_changes, seed) for seed in range(test_diff_laws.SEEDS)}
    return found


def _agrees(name: str, case: dict[str, Any]) -> None:
    asked = with_tiers_swapped(case) if name == "v1_19" else case
    assert not agreement([asked], settings(name)).disagreements


def _strangers(seed: int) -> None:
    for fixed in (False, True):
        test_strangers.check(seed, Assumptions(namespaces_fixed=fixed))


def _changes(seed: int) -> None:
    pair = test_diff_laws.generated(seed)
    test_diff_laws.check(pair, compared(pair.old, pair.new), random.Random(seed))
