"""Repairs: every one is a diff that makes its promise kept and loses nothing; where there is none, it says so."""

import re
from pathlib import Path

import pytest
import yaml
from test_claims import CASES, base, policies

from fakes.files import MemoryFiles
from propolis import profile as profiles
from propolis.cli import main
from propolis.commands.candidates import size
from propolis.commands.inputs import Input, input_of
from propolis.commands.ports import Sources
from propolis.commands.prove import prove
from propolis.commands.repair import repair
from propolis.manifest import Source
from propolis.model.report import Exit, Repair, Status

HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")


def given(files: dict[str, str]) -> Input:
    sources = (base(), *(Source(name, text) for name, text in files.items() if name != "base.yaml"))
    return input_of(Sources(sources, (), Exit.KEPT), None)


def files_of(case: Path) -> dict[str, str]:
    told = yaml.safe_load(case.read_text())
    files = policies()
    for name in told.get("drop", ()):
        del files[name]
    for number, extra in enumerate(told.get("add", ())):
        files[f"extra-{number}.yaml"] = yaml.safe_dump(extra)
    return files


def patched(files: dict[str, str], diff: str) -> dict[str, str]:
    """*files* after *diff*, whose context has to be there as it says."""
    after = dict(files)
    for part in re.split(r"(?m)^(?=--- )", diff)[1:]:
        old, new, *lines = part.splitlines(keepends=True)
        name = new.removeprefix("+++ ").strip()
        assert old.removeprefix("--- ").strip() == (name if name in files else "/dev/null")
        before, done, found = files.get(name, "").splitlines(keepends=True), 0, []
        for line in lines:
            if hunk := HUNK.match(line):
                start = max(int(hunk[1]) - (hunk[2] != "0"), 0)
                found += before[done:start]
                done = start
            elif line[0] in " -":
                assert before[done] == line[1:]
                done += 1
                found += [line[1:]] if line[0] == " " else []
            elif line[0] == "+":
                found.append(line[1:])
        after[name] = "".join([*found, *before[done:]])
    return after


def statuses(read: Input) -> dict[tuple[str, str], Status]:
    return {(claim.claim, claim.sentence): claim.status for claim in prove(read).claims}


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_repair_keeps_its_promise_and_all_that_was_kept(case: Path):
    files = files_of(case)
    before = statuses(given(files))
    report = repair(given(files))
    broken = [key for key, status in before.items() if status is Status.BROKEN]
    assert [(one.claim, one.sentence) for one in report.repairs] == broken
    is_kept = all(status is Status.KEPT for status in before.values())
    assert report.exit is (Exit.KEPT if is_kept else Exit.BROKEN)
    for one in report.repairs:
        assert one.diff and one.changes and not one.reason, one
        after = statuses(given(patched(files, one.diff)))
        assert after[one.claim, one.sentence] is Status.KEPT
        kept = {key for key, status in before.items() if status is Status.KEPT}
        assert kept <= {key for key, status in after.items() if status is Status.KEPT}


def the_repair(name: str, files: dict[str, str], proofs: int = 40) -> Repair:
    return next(one for one in repair(given(files), proofs).repairs if one.claim == name)


def case_named(name: str) -> dict[str, str]:
    return files_of(next(path for path in CASES if path.stem == name))


def test_a_part_of_an_item_is_taken_out_where_the_rest_is_needed():
    files = policies()
    api = files["shop.api.yaml"]
    wide = api.replace(
        "          rules:\n            http:\n",
        "          rules:\n            http:\n              - headers: [X-Debug]\n",
        1,
    )
    assert wide != api
    one = the_repair("requests-only", {**files, "shop.api.yaml": wide})
    assert (size(one.diff), len(one.changes)) == (1, 1)
    assert patched({"shop.api.yaml": wide}, one.diff) == {"shop.api.yaml": api}


def test_a_missing_end_comes_from_the_profile():
    one = the_repair("nothing-lost", case_named("one-end-missing"))
    assert one.changes == ("add `CiliumNetworkPolicy/base-web` as the profile renders it",)


def test_an_item_that_is_missing_is_added_to_the_policy_of_the_same_pods():
    files = policies()
    whole = files["shop.api.yaml"]
    cut = whole[: whole.index("    # api -> pay.example.com:443")]
    one = the_repair("nothing-lost", {**files, "shop.api.yaml": cut})
    assert one.changes == ("add an item of the profile to spec.egress of `CiliumNetworkPolicy/base-api`",) * 2


def test_a_search_that_is_cut_short_says_so():
    one = the_repair("requests-only", case_named("header-alternative"), proofs=1)
    assert (one.diff, one.changes, one.proofs) == ("", (), 1)
    assert "`--proofs N`" in one.reason


class Clock:
    """Says that the time is up once it was asked *most* times."""

    def __init__(self, most: float) -> None:
        self.most = most
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.most


def test_a_search_without_time_says_so():
    """Before anything is proved, after that, and after some candidates: what was found by then is shown."""
    read = given(case_named("header-alternative"))
    first, whole = Clock(float("inf")), Clock(float("inf"))
    prove(read, first)
    complete = repair(read, is_over=whole)
    assert any(one.diff for one in complete.repairs)
    nothing = repair(read, is_over=Clock(0))
    assert (nothing.exit, nothing.repairs) == (Exit.BROKEN, ())
    assert "unknown: `prove` says why" in nothing.summary
    for most in (first.asked, (first.asked + whole.asked) // 2, whole.asked - 1):
        cut = repair(read, is_over=Clock(most))
        assert cut.exit is Exit.BROKEN
        assert [one.claim for one in cut.repairs] == [one.claim for one in complete.repairs]
        assert not cut.repairs[-1].diff
        assert "time given with --timeout is up" in cut.repairs[-1].reason
    assert repair(read, is_over=Clock(whole.asked)) == complete


def test_a_broken_promise_that_nothing_keeps_says_so_plainly():
    """The profile wants the flow and forbids it at once."""
    text = base().text.replace("- never: lab/* -> shop/*", "- never: shop/* -> shop/*")
    sources = Sources((Source("base.yaml", text), *(Source(n, t) for n, t in policies().items())))
    (one,) = (each for each in repair(input_of(sources, None)).repairs if each.claim == "never")
    assert one.diff == ""
    assert one.reason.startswith("no repair was found: none of")


def test_nothing_broken_is_nothing_to_repair():
    report = repair(given(policies()))
    assert (report.exit, report.repairs) == (Exit.KEPT, ())


def test_without_a_profile_nothing_is_repaired():
    report = repair(input_of(Sources((Source("a.yaml", policies()["baseline.yaml"]),)), None))
    assert (report.exit, report.command) == (Exit.BAD_INPUT, "repair")


def test_the_files_of_a_profile_are_read_for_every_candidate():
    proto = b'syntax = "proto3"; package shop; message M {} service Stock { rpc Get(M) returns (M); }'
    files = MemoryFiles({"stock.proto": proto})
    lines = '  http: [GET /items, "POST /items [X-Key]"]\n'
    text = base().text.replace(lines, "  grpc: {methods: [shop.Stock/Get], proto: [stock.proto]}\n", 1)
    assert text != base().text
    source = Source("base.yaml", text)
    profile = input_of(Sources((source,)), None, files=files).profile
    assert profile is not None
    wanted = [(one.file, profiles.text(one)) for one in profiles.rendering(profile).policies]
    texts = tuple(Source(name, text) for name, text in wanted if name != "shop.web.yaml")
    read = input_of(Sources((source, *texts)), None, files=files)
    asked = len(files.asked)
    (one,) = (each for each in repair(read).repairs if each.claim == "nothing-lost")
    assert one.changes == ("add `CiliumNetworkPolicy/base-web` as the profile renders it",)
    assert len(files.asked) >= asked + one.proofs


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_the_command_shows_the_diff(tmp_path: Path, capsys: pytest.CaptureFixture[str], format_: str):
    for name, text in {**case_named("database-opened"), "base.yaml": base().text}.items():
        (tmp_path / name).write_text(text)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(["repair", str(tmp_path), "--format", format_]) == 1
    told = capsys.readouterr().out
    assert "remove `CiliumNetworkPolicy/extra` spec.ingress" in told.replace("\\", "")
    assert f"--- {tmp_path}/extra-0.yaml" in told
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
