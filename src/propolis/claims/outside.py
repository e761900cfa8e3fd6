"""The outside peers that a profile cares about, put into the world so that every claim looks at them."""

import msgspec

from propolis.algebra import names
from propolis.model.profile import CidrEnd, ClaimEnd, NameEnd, Profile
from propolis.model.settings import DEEP_STARS, Version
from propolis.model.world import World

STRANGER = "not-listed.example"


def with_outside(world: World, profile: Profile) -> World:
    """*world* with every address and name of *profile*, one example of each pattern, and a name nobody lists."""
    ends: list[ClaimEnd] = [end for path in profile.paths for end in (path.source, path.destination)]
    ends += [end for claim in profile.claims for end in claim.ends]
    ends += [end for claim in profile.causes for end in claim.ends]
    ends += [*profile.cluster.dns.upstream, *(entry.name for entry in profile.cluster.internet)]
    prefixes = {end.prefix for end in ends if isinstance(end, CidrEnd)}
    found = {_example(end.pattern, profile.cluster.version) for end in ends if isinstance(end, NameEnd)}
    return msgspec.structs.replace(
        world,
        outside_prefixes=tuple(sorted({*world.outside_prefixes, *prefixes})),
        outside_names=tuple(sorted({*world.outside_names, *found, STRANGER})),
    )


def _example(pattern: str, version: Version) -> str:
    """A name that *pattern* matches: itself, when it holds no star."""
    example = names.example(names.language(pattern, deep=version >= DEEP_STARS))
    if example is None:
        raise AssertionError(f"the name pattern {pattern} matches nothing")
    return example
