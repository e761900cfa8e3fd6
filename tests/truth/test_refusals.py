"""What the agent refuses and where, as a table: `refusals.yaml`.

A group is a text of an object in which `$it` stands for each text of its table. The other side of the table is the path
of the part at fault, from the object's `spec` where it begins with a point, and the reason; nothing where the agent
takes the object, ` | ` between several. Where releases differ it is a table by release.
"""

from functools import cache
from pathlib import Path

import pytest
import yaml

from propolis.manifest import Source, read
from propolis.model.settings import SUPPORTED
from propolis.semantics.admission import refusals
from truth.test_vectors import settings

FILE = Path(__file__).parent / "refusals.yaml"
RELEASES = " ".join(map(str, SUPPORTED))


@cache
def cases() -> list[tuple[str, str, str, dict, str]]:
    found = []
    for group in yaml.safe_load(FILE.read_text()):
        for text, expected in group["each"].items():
            by_version = expected if isinstance(expected, dict) else {group.get("cilium", RELEASES): expected}
            assert set(" ".join(by_version).split()) == set(group.get("cilium", RELEASES).split()), text
            for named, refused in (
                (one, refused) for some, refused in by_version.items() for one in some.split()
            ):
                title = f"{named}: {group['rule']}: {text[:60]}"
                found.append(
                    (title, named, group["object"].replace("$it", text), group.get("settings", {}), refused)
                )
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_the_agent_refuses_what_the_table_says(case: tuple[str, str, str, dict, str]):
    _, named, text, flags, expected = case
    chosen = settings({"cilium": named, "settings": flags})
    (policy,) = read((Source("object.yaml", text),), chosen.version).policies
    found = [(_written(each.path), each.message) for each in refusals(policy, chosen)]
    assert " | ".join(f"{path}: {message}" for path, message in found) == expected


def _written(path: tuple[str | int, ...]) -> str:
    whole = ".".join(map(str, path))
    return whole.removeprefix("spec") if whole.startswith("spec.") else whole
