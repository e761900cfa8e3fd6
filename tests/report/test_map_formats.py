"""Maps in every format: names stay text, whatever they hold."""

import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest

from propolis.model.report import Exit, Extent, Group, Map, Place, Reach, Report
from propolis.report.formats import dot, markdown, mermaid, svg, text
from propolis.report.ink import Page
from propolis.report.maps import fits, matrix

EVIL = (
    'a"]; x["b',
    "<script>alert(1)</script>",
    "</title></svg>",
    "a\\",
    'a\\" -> b',
    "a\nb --> c",
    "`x` | y | @all",
    "\x1b[31mred\x00",
    "#quot;&amp;",
    "end",
    "n" * 300,
)


def report(*names: str) -> Report:
    groups = tuple(Group(name, Place.PODS, 2) for name in names)
    reaches = (
        Reach(0, 1, Extent.PART, ("8080/tcp",), (), 1, 4),
        Reach(1, 0, Extent.EVERYTHING, ("every protocol and port",), (), 4, 4),
        Reach(1, 1, Extent.UNDECIDED, (), ("80/tcp",), 0, 4),
    )
    return Report(
        command="map", exit=Exit.KEPT, summary="drawn", map=Map("x", groups, reaches, "2 workloads")
    )


def rendered(format_, *names: str) -> str:
    return format_.render(report(*names), color=False, width=100)


def test_text_has_the_matrix_and_the_lines():
    told = rendered(text, "one", "two")
    for part in (
        "two: 8080/tcp, between 1 of 4 pairs",
        "one: every protocol and port",
        "two: undecided: 80/tcp",
    ):
        assert part in told


def test_a_matrix_has_a_sign_for_every_pair():
    page = Page(color=False, width=100)
    lines = matrix(report("one", "two").map, page)
    assert lines[0].split() == ["1", "2"]
    assert [line.split()[-2:] for line in lines[1:3]] == [["·", "◐"], ["●", "?"]]


def test_a_matrix_that_is_wider_than_the_page_is_left_out():
    many = report(*(f"group-{number}" for number in range(50))).map
    assert not fits(many, Page(color=False, width=100))
    assert fits(many, Page(color=False, width=400))


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_svg_is_one_picture_whatever_names_hold(evil: str):
    root = ElementTree.fromstring(rendered(svg, evil, "two"))
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg",
        "title",
        "rect",
        "text",
        "g",
    }
    assert len(root.findall(".//{*}g")) == 3


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_mermaid_has_one_line_for_each_thing(evil: str):
    lines = rendered(mermaid, evil, "two").splitlines()
    assert len(lines) == 1 + 2 + 3
    assert re.fullmatch(r'  g0\["[\w ./:,()#;-]*"\]', lines[1])
    assert all(re.fullmatch(r'  g\d (==>|-->|-\.->)\|"[\w ./:,()#;-]+"\| g\d', line) for line in lines[3:])


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_dot_quotes_names(evil: str):
    lines = rendered(dot, evil, "two").splitlines()
    assert len(lines) == 4 + 2 + 3 + 1
    assert re.fullmatch(r'  g0 \[label="(?:[^"\\]|\\.)*", shape=box\];', lines[4])


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_graphviz_reads_what_is_drawn(evil: str):
    done = subprocess.run(
        ["dot", "-Tsvg"], input=rendered(dot, evil, "two"), text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count('class="node"') == 2


@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_markdown_holds_one_drawing(evil: str):
    told = rendered(markdown, evil, "two")
    assert told.count("```") == 2 and "```mermaid\nflowchart LR\n" in told
    assert "<script" not in told and "\x1b" not in told
