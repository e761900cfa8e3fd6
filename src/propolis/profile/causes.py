"""Claims across layers: `never-causes: frontend -> database` with the statements that must not come of any call."""

from collections.abc import Iterator
from typing import Any

from propolis.model.profile import CausesClaim, Trigger
from propolis.model.span import Path
from propolis.profile.ends import claim_line
from propolis.profile.fault import Fault
from propolis.profile.lines import forbidden_line, grant
from propolis.profile.structure import Located

KEY = "never-causes"
_OWN = ("statements", "when")


def faults(value: dict[str, Any]) -> Iterator[Located]:
    """Items whose keys do not go together, in a profile that is built right otherwise."""
    for index, path in enumerate(value.get("paths", ())):
        if isinstance(path, dict) and "kafka" in path and "cassandra" in path:
            fault = Fault(
                "profile-protocols", "a path carries one protocol", "write one path for each protocol"
            )
            yield Located(fault, ("paths", index, "cassandra"), on_key=True)
    for index, item in enumerate(value.get("claims", ())):
        yield from _misplaced(item, ("claims", index))


def _misplaced(value: dict[str, Any], where: Path) -> Iterator[Located]:
    if KEY in value and "statements" not in value:
        fault = Fault("profile-claim", f"`{KEY}` lists no statements", "add `statements: [DELETE ON orders]`")
        yield Located(fault, (*where, KEY), on_key=True)
    for key in value:
        if key != KEY and (key in _OWN) != (KEY in value):
            help_ = f"`{KEY}` takes {', '.join(f'`{own}`' for own in _OWN)}, and stands alone in its item"
            message = f"`{key}` says nothing beside `{KEY}`" if KEY in value else f"`{key}` needs a `{KEY}`"
            yield Located(Fault("profile-claim", message, help_), (*where, key), on_key=True)


def causes_claims(value: dict[str, Any], where: Path) -> Iterator[CausesClaim]:
    """The claim of one item, if it is of this kind; `faults` has found nothing in it."""
    if KEY not in value or "statements" not in value:
        return
    line = claim_line(value[KEY])
    assert not isinstance(line, Fault), "structure.faults has read every line"
    statements = [grant(text, (*where, "statements", i)) for i, text in enumerate(value["statements"])]
    yield CausesClaim(
        text=value[KEY],
        sources=line.sources,
        databases=line.destinations,
        ports=line.ports,
        statements=tuple(each for each in statements if not isinstance(each, Fault)),
        triggers=tuple(
            _trigger(workload, lines, (*where, "when", workload))
            for workload, lines in value.get("when", {}).items()
        ),
        where=(*where, KEY),
    )


def _trigger(workload: str, lines: list[str], where: Path) -> Trigger:
    """With any query string: what an application does hardly hangs on one."""
    found = [forbidden_line(line, (*where, index)) for index, line in enumerate(lines)]
    return Trigger(workload, tuple(need for need in found if not isinstance(need, Fault)), where)
