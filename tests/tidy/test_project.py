"""The project's frame: pins, changelog, and documents that name only what exists."""

import re
import tomllib
from pathlib import Path

import pytest

from propolis.cli.root import VERBS

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = [
    REPOSITORY / name
    for name in (
        "README.md",
        "CONTRIBUTING.md",
        "docs/ARCHITECTURE.md",
        "docs/vocabulary.md",
        "examples/README.md",
    )
] + sorted((REPOSITORY / "docs" / "decisions").glob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`")
TREE = re.compile(r"(?:\.ci|bench|changelog\.d|demo|docs|examples|src|tests)/[\w./-]*")
FENCE = re.compile(r"```[^\n]*\n(.*?)```", re.S)


def relative(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(document: Path):
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_paths_in_code_marks_exist(document: Path):
    text = FENCE.sub("", document.read_text())
    named = {
        path.rstrip("/.")
        for code in CODE.findall(text)
        for path in TREE.findall(code)
        if TREE.fullmatch(code)
    }
    assert not [path for path in named if not (REPOSITORY / path).exists() and "build/" not in path]


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_modules_in_code_marks_exist(document: Path):
    rooms = {path.stem for path in (REPOSITORY / "src/propolis").iterdir()}
    dotted = {
        code for code in CODE.findall(document.read_text()) if re.fullmatch(r"[a-z_]+(\.\w+)+(\(\))?", code)
    }
    for name in sorted(dotted):
        parts = name.removesuffix("()").removeprefix("propolis.").split(".")
        if parts[0] in rooms:
            assert exists(parts), name


def exists(parts: list[str]) -> bool:
    """Whether *parts* name a module, or a name that a module defines."""
    for length in range(len(parts), 0, -1):
        place = REPOSITORY.joinpath("src/propolis", *parts[:length])
        module = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if module.exists():
            rest = parts[length:]
            return not rest or re.search(rf"\b{rest[0]}\b", module.read_text()) is not None
    return False


def test_the_readme_names_every_verb_and_make_target():
    text = (REPOSITORY / "README.md").read_text()
    assert not [verb for verb in VERBS if f"`propolis {verb}" not in text]
    targets = re.findall(r"^([a-z]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.M)
    named = set(re.findall(r"\bmake ([a-z]+)\b", text))
    assert named <= set(targets)
    assert {"demo", "check"} <= named


def test_pins_are_exact_and_name_no_index():
    lines = (REPOSITORY / "constraints.txt").read_text().splitlines()
    assert lines
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)]


def test_every_dependency_is_pinned():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    wanted = [*project["dependencies"], *(line for line in extras if not line.startswith("propolis["))]
    normal = {re.split(r"[<>=!~\[; ]", line)[0].lower().replace("_", "-") for line in wanted}
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (REPOSITORY / "constraints.txt").read_text().splitlines()
    }
    assert normal <= pinned


def test_the_changelog_has_something_to_say():
    fragments = sorted((REPOSITORY / "changelog.d").glob("*.md"))
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    released = (REPOSITORY / "CHANGELOG.md").read_text()
    assert fragments or f"## {version}" in released
    assert all(fragment.read_text().strip() for fragment in fragments)
