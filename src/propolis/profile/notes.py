"""The notes of a rendering: what a profile says and no network policy holds."""

from collections.abc import Iterator

import msgspec

from propolis.model.finding import Severity
from propolis.model.profile import DeclaredPath, EntityEnd, Profile, WorkloadEnd
from propolis.model.settings import PARSERS_REMOVED
from propolis.model.span import Path


class RenderNote(msgspec.Struct, frozen=True):
    """*where* is the path of the line in the profile's document."""

    code: str
    message: str
    help: str
    where: Path
    severity: Severity = Severity.NOTE


def notes(profile: Profile) -> tuple[RenderNote, ...]:
    """Everything that is left to others, each once, in the order of the profile."""
    found = [*_exempt(profile), *_idle(profile)]
    for path in profile.paths:
        found += [*_parsed(path), *_statements(path), *_exempt_ends(profile, path), *_from_host(path)]
    return tuple(dict.fromkeys(found))


def _exempt(profile: Profile) -> Iterator[RenderNote]:
    for exempt in profile.cluster.exempt:
        message = f"no rendered policy limits the pods of `{exempt.namespace}`: {exempt.reason}"
        yield RenderNote(
            "profile-exempt", message, "what they may do has to be limited elsewhere", exempt.where
        )


def _idle(profile: Profile) -> Iterator[RenderNote]:
    ends = {end for path in profile.paths for end in (path.source, path.destination)}
    for workload in profile.workloads:
        if WorkloadEnd(workload.name) not in ends:
            message = f"`{workload.name}` is on no path: nobody reaches it, and it reaches no workload"
            yield RenderNote("profile-idle", message, "add its paths, or leave it out", workload.where)


def _statements(path: DeclaredPath) -> Iterator[RenderNote]:
    if path.postgres is not None:
        message = f"no Cilium reads SQL: `{path.text}` decides who may connect, not what `{path.postgres.role}` may do"
        help_ = "`propolis sql` makes the database hold it: `propolis sql render`, `plan`, `apply`, `verify`"
        yield RenderNote("profile-statements", message, help_, path.postgres.where)


def _parsed(path: DeclaredPath) -> Iterator[RenderNote]:
    if path.parsed is not None:
        message = (
            f"an upgrade to Cilium {PARSERS_REMOVED} removes this protection: there the API server refuses the policy "
            f"with the {path.parsed.parser} rules of `{path.text}`"
        )
        help_ = f"before the upgrade, leave `{path.parsed.parser}` out and check the requests in the server"
        yield RenderNote("profile-removed-parser", message, help_, path.parsed.where, Severity.WARNING)
    if path.parsed is not None and path.parsed.parser == "cassandra":
        message = (
            "Cilium's parser looks for the word `from`, also in a string: whoever means to can have another table "
            f"read or deleted from on `{path.text}`"
        )
        help_ = "against mistakes it is enough; against intent, grant roles in Cassandra"
        yield RenderNote("profile-loose-parser", message, help_, path.parsed.where, Severity.WARNING)


def _exempt_ends(profile: Profile, path: DeclaredPath) -> Iterator[RenderNote]:
    for end in (path.source, path.destination):
        if isinstance(end, WorkloadEnd):
            namespace = profile.workload(end.workload).namespace
            if profile.exemption(namespace) is not None:
                message = f"`{end.workload}` is in the exempt `{namespace}`: its side of `{path.text}` is not limited"
                help_ = "the other side is rendered if its namespace is covered"
                yield RenderNote("profile-exempt-end", message, help_, path.where)


def _from_host(path: DeclaredPath) -> Iterator[RenderNote]:
    if path.source == EntityEnd("host"):
        message = (
            "a node reaches its own pods on every port and with every request, whatever the policies say"
        )
        help_ = (
            "Cilium needs this for health probes; only a deny rule, or another setting of the agent, ends it"
        )
        yield RenderNote("profile-host", message, help_, path.where)
