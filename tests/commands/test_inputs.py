"""Inputs: the profile's version counts, and nothing is read twice to learn it."""

from shop import POLICY, PROFILE, WORKLOADS

from fakes.files import MemoryReader, MemoryWriter
from fakes.gists import CountingGists
from propolis.commands.check import SAFE_ONLY, fix
from propolis.commands.inputs import Input, input_of
from propolis.model.settings import DEFAULT_VERSION, Version

OLD = Version(1, 17)
OLD_PROFILE = PROFILE.replace("metadata:", "# an old cluster\nmetadata:").replace('"1.19"', '"1.17"')
HIDDEN = OLD_PROFILE.replace("kind: Profile", 'kind: "\\x50rofile"')
FIXABLE = POLICY.replace('port: "8080"', "port: 8080")


def given(gists: CountingGists, wanted: Version | None, *texts: str) -> Input:
    named = {f"{number}.yaml": text for number, text in enumerate(texts)}
    return input_of(MemoryReader(named).read(list(named)), wanted, gists=gists)


def test_the_version_of_the_profile_is_known_before_all_is_read() -> None:
    gists = CountingGists()
    texts = (WORKLOADS, f"{POLICY}---\n{OLD_PROFILE}")
    assert given(gists, None, *texts).settings.version == OLD
    assert gists.asked == [(text, OLD) for text in texts]


def test_only_the_first_profile_counts() -> None:
    gists = CountingGists()
    list_ = "{apiVersion: v1, kind: List, items: [{apiVersion: propolis.dev/v1alpha1, kind: Profile}]}"
    foreign = "{apiVersion: example.com/v1, kind: Profile}"
    assert given(gists, None, list_, foreign, PROFILE, OLD_PROFILE).settings.version == DEFAULT_VERSION
    assert {version for _, version in gists.asked} == {DEFAULT_VERSION}


def test_a_profile_that_hides_is_found_all_the_same() -> None:
    gists = CountingGists()
    assert given(gists, None, HIDDEN).settings.version == OLD
    assert gists.asked == [(HIDDEN, DEFAULT_VERSION), (HIDDEN, OLD)]


def test_the_wanted_version_is_the_only_one() -> None:
    gists = CountingGists()
    assert given(gists, Version(1, 20), OLD_PROFILE).settings.version == Version(1, 20)
    assert gists.asked == [(OLD_PROFILE, Version(1, 20))]


def test_fixing_reads_again_what_it_changed_only() -> None:
    gists = CountingGists()
    before = given(gists, None, WORKLOADS, FIXABLE)
    writer = MemoryWriter()
    fix(before, SAFE_ONLY, writer)
    assert list(writer.texts) == ["1.yaml"]
    asked = [text for text, _ in gists.asked]
    assert asked.count(WORKLOADS) == asked.count(FIXABLE) == 1
    assert writer.texts["1.yaml"] in asked
