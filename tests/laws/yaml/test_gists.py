"""The laws of gists: what is made of each text alone is all that the whole needs."""

from collections.abc import Sequence

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakes.gists import CountingGists
from laws.yaml.gist_samples import STREAM, damaged
from laws.yaml.seen import everything, whole
from propolis.manifest import Gist, Source, gists, read, reusing, yaml
from propolis.model.settings import SUPPORTED, Version

VERSIONS = st.sampled_from(SUPPORTED)


def sources(found: Sequence[str]) -> list[Source]:
    return [Source(f"{number}.yaml", text) for number, text in enumerate(found)]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(damaged())
@example(STREAM)
def test_documents_are_read_again_as_they_were_read(text: str) -> None:
    at_once = yaml.documents(text, "0.yaml").documents
    later = read(sources([text]), SUPPORTED[0]).documents
    assert [whole(document) for document in later] == [whole(document) for document in at_once]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(damaged(), max_size=3), VERSIONS)
def test_gists_survive_their_encoding(texts: list[str], version: Version) -> None:
    def encoded(texts: Sequence[str], version: Version) -> Sequence[Gist]:
        return msgspec.msgpack.decode(msgspec.msgpack.encode(gists(texts, version)), type=list[Gist])

    again = read(sources(texts), version, encoded)
    assert everything(again) == everything(read(sources(texts), version))


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.lists(damaged(), max_size=3), st.lists(damaged(), max_size=3), VERSIONS, VERSIONS)
def test_what_was_read_before_changes_nothing(
    before: list[str], texts: list[str], first: Version, version: Version
) -> None:
    known = reusing(read(sources(before), first), gists)
    mixed = sources([*before[:1], *texts, *before])
    assert everything(read(mixed, version, known)) == everything(read(mixed, version))


def test_what_was_read_before_is_not_read_again() -> None:
    counting = CountingGists()
    before = read(sources(["a: 1", "b: 1"]), SUPPORTED[0])
    read(sources(["b: 1", "c: 1", "c: 1"]), SUPPORTED[0], reusing(before, counting))
    assert counting.asked == [("c: 1", SUPPORTED[0])]
    read(sources(["b: 1"]), SUPPORTED[1], reusing(before, counting))
    assert counting.asked == [("c: 1", SUPPORTED[0]), ("b: 1", SUPPORTED[1])]
