"""The disk: what is read, in which order, what is refused; writing whole or not at all."""

import os
import stat
import threading
from pathlib import Path

import pytest

from propolis import files
from propolis.files import STDIN_NAME, DiskFiles, DiskReader, DiskWriter, DryWriter
from propolis.model.report import Exit
from propolis.model.span import Problem


def read(*paths: Path | str):
    return DiskReader().read([str(path) for path in paths])


def names(sources) -> list[str]:
    return [Path(source.name).name for source in sources.texts]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "b.yaml",
        "a.yml",
        "c.json",
        "d.txt",
        ".hidden.yaml",
        "sub/z.yaml",
        "sub/.git/x.yaml",
        ".venv/y.yaml",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n")
    return tmp_path


def test_folders_are_read_sorted_and_hidden_names_skipped(tree: Path):
    sources = read(tree)
    assert names(sources) == ["a.yml", "b.yaml", "c.json", "z.yaml"]
    assert sources.exit is Exit.KEPT
    assert not sources.problems


def test_what_is_named_is_read_even_when_hidden_or_of_another_suffix(tree: Path):
    assert names(read(tree / ".hidden.yaml", tree / "d.txt")) == [".hidden.yaml", "d.txt"]


def test_a_file_is_read_once_however_often_it_is_named(tree: Path):
    (tree / "link.yaml").symlink_to(tree / "b.yaml")
    assert names(read(tree / "b.yaml", tree, tree / "sub")) == ["b.yaml", "a.yml", "c.json", "z.yaml"]


def test_links_between_folders_do_not_loop(tree: Path):
    (tree / "sub" / "up").symlink_to(tree, target_is_directory=True)
    sources = read(tree)
    assert sorted(names(sources)) == ["a.yml", "b.yaml", "c.json", "z.yaml"]
    assert not sources.problems


def test_line_ends_and_byte_order_mark_stay(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read(tmp_path).texts[0].text == "\ufeffa: 1\r\nb: 2\r\n"


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("https://example.com/p.yaml", "url", "nothing is ever fetched"),
        ("nowhere/deep/p.yaml", "no-such-path", "there is no file or folder `nowhere/deep/p.yaml`"),
    ],
)
def test_bad_paths_hide_nothing_else(tree: Path, path: str, code: str, words: str):
    sources = read(path, tree / "b.yaml")
    assert names(sources) == ["b.yaml"]
    assert sources.exit is Exit.BAD_INPUT
    (problem,) = sources.problems
    assert problem.code == code
    assert words in problem.message
    assert problem.help


def test_an_empty_folder_is_a_mistake(tmp_path: Path):
    (problem,) = read(tmp_path).problems
    assert problem.code == "no-manifests"


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"a: 1\nb: \xff\n")
    (problem,) = read(tmp_path).problems
    assert problem.code == "not-utf-8"
    assert "(line 2)" in problem.message


def test_the_size_limit_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(files, "SIZE_LIMIT", 8)
    (tmp_path / "a.yaml").write_text("a: 12345")
    (tmp_path / "b.yaml").write_text("b: 123456")
    sources = read(tmp_path)
    assert names(sources) == ["a.yaml"]
    assert sources.problems[0].code == "too-large"


def test_what_the_system_refuses_is_the_outside_failing(tmp_path: Path):
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "ok.yaml").write_text("")
    sources = read(tmp_path)
    assert names(sources) == ["ok.yaml"]
    assert sources.exit is Exit.OUTSIDE_FAILED
    assert sources.problems[0].code == "unreadable"


def test_what_a_profile_names_is_looked_for_beside_it(tree: Path, monkeypatch: pytest.MonkeyPatch):
    assert DiskFiles().data("../d.txt", str(tree / "sub" / "z.yaml")) == b"# d.txt\n"
    monkeypatch.chdir(tree)
    assert DiskFiles().data("d.txt", STDIN_NAME) == DiskFiles().data("d.txt", "b.yaml") == b"# d.txt\n"
    lost = DiskFiles().data("e.txt", "b.yaml")
    assert isinstance(lost, Problem)
    assert lost.help == "did you mean `d.txt`?"
    assert isinstance(DiskFiles().data("sub", "b.yaml"), Problem)
    monkeypatch.setattr(files, "SIZE_LIMIT", 3)
    large = DiskFiles().data("d.txt", "b.yaml")
    assert isinstance(large, Problem)
    assert large.code == "too-large"


def test_a_dangling_link_is_unreadable(tmp_path: Path):
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nothing")
    sources = read(tmp_path / "gone.yaml")
    assert sources.exit is Exit.OUTSIDE_FAILED
    assert sources.problems[0].help == "it is a link that leads nowhere: mend or remove it"


def test_a_pipe_in_a_folder_is_not_waited_for(tree: Path):
    os.mkfifo(tree / "pipe.yaml")
    assert names(read(tree)) == ["a.yml", "b.yaml", "c.json", "z.yaml"]


@pytest.mark.parametrize("size", [0, 1, 100_000])
def test_a_pipe_that_is_named_is_read_to_its_end(tmp_path: Path, size: int):
    pipe = tmp_path / "pipe.yaml"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("x" * size,))
    writer.start()
    (source,) = read(pipe).texts
    writer.join()
    assert source.text == "x" * size


def test_the_same_bytes_are_not_written_again(tmp_path: Path):
    target = tmp_path / "new" / "p.yaml"
    assert DiskWriter().write(str(target), "a: ü\n").changed
    before = target.stat()
    assert not DiskWriter().write(str(target), "a: ü\n").changed
    assert target.stat().st_mtime_ns == before.st_mtime_ns
    assert target.stat().st_ino == before.st_ino
    assert DiskWriter().write(str(target), "a: 2\n").changed
    assert target.read_bytes() == b"a: 2\n"


def test_the_mode_of_a_file_is_kept_and_new_files_obey_the_umask(tmp_path: Path):
    kept = tmp_path / "kept"
    kept.write_text("old")
    kept.chmod(0o640)
    DiskWriter().write(str(kept), "new")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    before = os.umask(0o027)
    try:
        DiskWriter().write(str(tmp_path / "fresh"), "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) == 0o640


def test_a_link_is_written_through(tmp_path: Path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    DiskWriter().write(str(tmp_path / "link"), "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_stops_leaves_the_old_content_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
):
    target = tmp_path / "p.yaml"
    target.write_text("old")

    def fail(handle: int) -> None:
        raise failure

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(type(failure)):
        DiskWriter().write(str(target), "new")
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["p.yaml"]


def test_devices_are_written_to_directly():
    assert DiskWriter().write("/dev/null", "x") == files.Written("/dev/null", changed=True)


def test_copies_stand_below_a_folder_as_the_files_stand_below_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    absolute = str(tmp_path / "a" / "c.yaml")
    assert DiskWriter().places(["a/b/x.yaml", absolute], "out") == {
        "a/b/x.yaml": "out/b/x.yaml",
        absolute: "out/c.yaml",
    }
    assert DiskWriter().places(["../one.yaml"], "out") == {"../one.yaml": "out/one.yaml"}
    assert DiskWriter().places([], "out") == {}


def test_comparing_writes_nothing(tmp_path: Path):
    (tmp_path / "same").write_text("x")
    assert not DryWriter().write(str(tmp_path / "same"), "x").changed
    assert DryWriter().write(str(tmp_path / "same"), "y").changed
    assert DryWriter().write(str(tmp_path / "absent"), "y").changed
    assert [file.name for file in tmp_path.iterdir()] == ["same"]


def test_a_name_that_is_not_utf_8_is_refused_in_words_that_every_format_can_write(tmp_path: Path):
    (tmp_path / os.fsdecode(b"odd\xff.yaml")).write_text("a: 1\n")
    sources = read(tmp_path)
    assert (sources.texts, sources.exit) == ((), Exit.BAD_INPUT)
    assert [problem.code for problem in sources.problems] == ["name-not-utf-8"]
    assert sources.problems[0].message.encode()


def test_the_project_is_found_above_and_paths_count_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "propolis.toml").write_text("")
    monkeypatch.chdir(inner)
    project = files.DiskProject()
    found = project.nearest("propolis.toml")
    assert found == "../propolis.toml"
    folder = project.folder(found)
    assert project.place("x.yaml", folder) == project.place(str(inner / "x.yaml"), folder) == "b/x.yaml"
    assert project.place("<stdin>", folder) == "<stdin>"
    assert project.nearest("nothing.toml") is None
    assert Path(project.below(folder, "base.json")) == Path("..") / "base.json"


def test_a_project_file_that_cannot_be_read_is_a_problem(tmp_path: Path):
    project = files.DiskProject()
    missing, folder = project.text(str(tmp_path / "no.toml")), project.text(str(tmp_path))
    assert [getattr(one, "code", "") for one in (missing, folder)] == ["no-such-path", "unreadable"]
