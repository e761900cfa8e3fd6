"""Texts with findings of nearly every rule: the cases, the examples of the pages, what is shipped, and the corpus."""

import os
from pathlib import Path

from propolis.lint.pages import example
from propolis.lint.rule import modules

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
CORPUS = Path(os.environ.get("PROPOLIS_CORPUS", REPOSITORY.parent / "shared")) / "corpus" / "policies"


def _samples() -> dict[str, str]:
    folders = (HERE, REPOSITORY / "examples", CORPUS)
    paths = [path for folder in folders for path in sorted(folder.rglob("*.y*ml"))]
    found = {str(path): path.read_text(encoding="utf-8") for path in paths}
    for name, module in modules().items():
        for heading in ("Avoid", "Prefer"):
            found[f"{name}-{heading}.yaml"] = example(module, heading)
    return found


SAMPLES = _samples()
"""Name → text; many hold the same objects, so that one replaces another."""
