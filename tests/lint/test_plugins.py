"""Kinds found by walking a folder."""

import sys
from pathlib import Path

import pytest

from propolis import plugins
from propolis.lint import rules
from propolis.lint.rule import REQUIRED


def package(folder: Path, name: str, **files: str) -> str:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text('"""A folder."""\n')
    for path, text in files.items():
        target = folder / name / (path.replace("__", "/") + ".py")
        target.parent.mkdir(exist_ok=True)
        (target.parent / "__init__.py").touch()
        target.write_text(text)
    return name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def discovered(name: str, *required: str) -> list[str]:
    return list(plugins.discover(__import__(name), required))


def test_modules_of_all_folders_are_found_in_the_order_of_their_names(folder: Path) -> None:
    name = package(folder, "kinds_found", z="NAME = 1", sub__a="NAME = 1", _hidden="")
    assert discovered(name, "NAME") == ["a", "z"]


def test_a_module_without_a_required_name_is_an_error_that_names_both(folder: Path) -> None:
    name = package(folder, "kinds_lacking", a="NAME = 1")
    with pytest.raises(plugins.PluginError, match=r"`kinds_lacking\.a` lacks `OTHER`"):
        discovered(name, "NAME", "OTHER")


def test_two_modules_of_one_name_are_an_error(folder: Path) -> None:
    name = package(folder, "kinds_twice", one__a="", two__a="")
    with pytest.raises(plugins.PluginError, match="share the name `a`"):
        discovered(name)


def test_every_rule_holds_what_a_rule_needs() -> None:
    assert len(plugins.discover(rules, REQUIRED)) > 50
