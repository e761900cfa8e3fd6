"""What the selector at a place of a text selects: as a subject, or as a peer of an item."""

from collections.abc import Iterator, Sequence

import msgspec

from propolis.algebra.flows import indexes
from propolis.lint.engine import Engine
from propolis.manifest.yaml import Document
from propolis.manifest.yaml.marks import ListMark, MapMark, Mark, offsets
from propolis.model.labels import Selector
from propolis.model.policy import EndpointsPeer, Policy
from propolis.model.rule import Rule
from propolis.model.settings import Settings
from propolis.model.span import Path, Span
from propolis.model.world import Role, World
from propolis.peers.universe import Universe
from propolis.semantics.endpoints import existing
from propolis.semantics.ruleset import ruleset

MOST_LISTED = 20


class Selected(msgspec.Struct, frozen=True):
    """*text*: Markdown that names the pods which the selector at *span* selects."""

    text: str
    span: Span


class Crowd:
    """The pods of *world*, ready to be asked; *is_given*: it was read, else policies talk about its pods."""

    def __init__(self, world: World, is_given: bool, settings: Settings) -> None:
        self.world = world
        self.is_given = is_given
        self.settings = settings
        pods = existing(ruleset((), world, settings))
        self._universe = Universe([pod for pod in pods if pod.role is Role.POD])

    def __len__(self) -> int:
        return len(self._universe.endpoints)

    def meeting(self, selector: Selector) -> list[str]:
        """The names of the pods that meet *selector*."""
        found = self._universe.selected(selector)
        return [self._universe.endpoints[position].name for position in indexes(found)]


def at(
    offset: int, documents: Sequence[Document], policies: Sequence[Policy], crowd: Crowd
) -> Selected | None:
    """What the selector at *offset* of one text selects in *crowd*; None where there is none.

    Nothing is said about a policy that the agent rejects.
    """
    for document in documents:
        if document.start <= offset < document.end:
            path = _path_at(document.root, offset)
            for policy in policies:
                if documents[policy.document] is document and policy.base == path[: len(policy.base)]:
                    return _selected(document, policy, path, crowd)
    return None


def _selected(document: Document, policy: Policy, path: Path, crowd: Crowd) -> Selected | None:
    # What is wrong elsewhere in the policy is said elsewhere: the selector is read as if it were mended.
    engine = Engine((msgspec.structs.replace(policy, refusals=()),), crowd.world, crowd.settings)
    for rule in engine.ruleset.rules:
        for role, place, selector in _places(engine, rule):
            if path[: len(place)] == place:
                return Selected(_told(role, crowd.meeting(selector), crowd), document.span(place))
    return None


def _places(engine: Engine, rule: Rule) -> Iterator[tuple[str, Path, Selector]]:
    """The selectors that *rule* came from, each with where it is written."""
    written = engine.written(rule.origin)
    yield "subject", written.subject, rule.subject
    peers = tuple(rule.peers or ())
    for paths in _peers(written.policy, rule.origin.path):
        if len(paths) == len(peers):
            for path, peer in zip(paths, peers, strict=True):
                if isinstance(peer, EndpointsPeer):
                    yield "peer", path, peer.selector


def _peers(policy: Policy, item: Path) -> Iterator[Sequence[Path]]:
    """Where the peers of the *item* at a path are written, list by list."""
    for spec in policy.specs:
        for one in spec.items():
            if one.path == item:
                for listed in one.peers:
                    yield [(*listed.path, index) for index in range(len(listed.peers))]
    if policy.network_policy is not None:
        for rule in (*policy.network_policy.ingress, *policy.network_policy.egress):
            if rule.path == item:
                yield [peer.path for peer in rule.peers]


def _told(role: str, pods: Sequence[str], crowd: Crowd) -> str:
    what = "workloads" if crowd.is_given else "pods that the policies here talk about (no workload is given)"
    first = f"This {role} selects {len(pods) or 'none'} of the {len(crowd)} {what}{':' if pods else '.'}"
    listed = [f"- `{pod}`" for pod in pods[:MOST_LISTED]]
    more = [f"- and {len(pods) - MOST_LISTED} more"] if len(pods) > MOST_LISTED else []
    return "\n".join((first, *listed, *more))


def _path_at(mark: Mark, offset: int, path: Path = ()) -> Path:
    """The path of the innermost key, value or item that holds *offset*."""
    if isinstance(mark, MapMark):
        for key, (start, _, value) in mark.entries.items():
            if start <= offset <= max(start, offsets(value)[1]):
                return _path_at(value, offset, (*path, key))
    elif isinstance(mark, ListMark):
        for index, item in enumerate(mark.items):
            start, end = offsets(item)
            if start <= offset <= end:
                return _path_at(item, offset, (*path, index))
    return path
