"""The findings of `check` on the corpus, by rule, beside what a reader made of them (`bench/judgements.toml`).

`python bench/precision.py` prints the table of docs/precision.md. Exits with 1 when a finding is not judged.
"""

import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from propolis.lint.context import Evidence
from propolis.lint.linting import findings
from propolis.manifest import Source, read
from propolis.model.finding import Finding
from propolis.model.settings import Settings, Version

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("PROPOLIS_CORPUS", HERE.parents[1] / "shared"))
WRITTEN_FOR = {
    "policies/cilium-examples": Version(1, 20),
    "policies/cilium-up-and-running": Version(1, 18),
    "policies/cybozu-npv": Version(1, 18),
    "policies/gardener-networking-cilium": Version(1, 18),
    "apps": Version(1, 19),
}
"""Folder of the corpus → the Cilium version that its files were written for."""
VERDICTS = ("right", "true", "wrong")


def sets(folder: str) -> Iterator[list[Source]]:
    """What is checked together: each policy alone, each application with its workloads."""
    place = SHARED / "corpus" / folder
    for entry in sorted(place.iterdir()):
        files = sorted(entry.rglob("*.y*ml")) if entry.is_dir() else [entry]
        texts = [
            Source(str(file.relative_to(place.parent)), file.read_text(encoding="utf-8")) for file in files
        ]
        together = folder == "apps"
        yield from [texts] if together else ([text] for text in texts)


def found(texts: list[Source], version: Version) -> tuple[Finding, ...]:
    settings = Settings(version=version)
    manifests = read(texts, version)
    world = manifests.world if manifests.world.workloads else None
    evidence = Evidence(
        manifests.documents,
        manifests.policies,
        manifests.problems,
        world,
        settings,
        values=manifests.values,
        flags=manifests.flags,
    )
    return findings(evidence)


def judged(finding: Finding, judgements: dict[str, Any]) -> str | None:
    """The verdict on *finding*; None when nobody has judged its rule."""
    entry = judgements.get(finding.rule)
    if entry is None:
        return None
    for other in entry.get("except", ()):
        if other["file"] == finding.span.file and other.get("line", finding.span.line) == finding.span.line:
            return str(other["verdict"])
    return str(entry["verdict"])


def main() -> int:
    judgements = tomllib.loads((HERE / "judgements.toml").read_text(encoding="utf-8"))
    counts: Counter[tuple[str, str]] = Counter()
    files, unjudged, failing = 0, [], Counter[str]()
    for folder, version in WRITTEN_FOR.items():
        for texts in sets(folder):
            files += len(texts)
            for finding in found(texts, version):
                verdict = judged(finding, judgements)
                if verdict is None:
                    unjudged.append(f"{finding.span.file}:{finding.span.line} {finding.rule}")
                else:
                    counts[finding.rule, verdict] += 1
                    if finding.severity != "note":
                        failing[verdict] += 1
    print(table(counts, judgements))
    total = Counter(verdict for (_, verdict), number in counts.items() for _ in range(number))
    print(f"{files} files, {total.total()} findings: {shares(total)}.")
    print(f"Without notes, {failing.total()} findings: {shares(failing)}.")
    for line in unjudged:
        print(f"not judged: {line}", file=sys.stderr)
    return 1 if unjudged else 0


def table(counts: Counter[tuple[str, str]], judgements: dict[str, Any]) -> str:
    lines = ["| rule | right | true | wrong | what was seen |", "|---|---|---|---|---|"]
    for rule in sorted({rule for rule, _ in counts}):
        numbers = " | ".join(str(counts[rule, verdict] or "") for verdict in VERDICTS)
        lines.append(f"| `{rule}` | {numbers} | {judgements[rule]['why']} |")
    return "\n".join(lines) + "\n"


def shares(total: Counter[str]) -> str:
    whole = total.total()
    return ", ".join(
        f"{total[verdict]} {verdict} ({100 * total[verdict] / whole:.0f} %)" for verdict in VERDICTS
    )


if __name__ == "__main__":
    sys.exit(main())
