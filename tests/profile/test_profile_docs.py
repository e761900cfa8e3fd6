"""The reference of the language is true: its example reads, its key list is whole, its hard cases hold."""

import re
import time
from pathlib import Path

from profiles import EXAMPLES, SOUND, said, sound, with_paths

from propolis.profile import rendering
from propolis.profile.structure import schema

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "profile.md").read_text()


def test_the_example_reads_and_renders() -> None:
    (example,) = re.findall(r"```yaml\n(apiVersion.*?)```", REFERENCE, re.DOTALL)
    profile = sound(example)
    assert len(profile.paths) == 10
    assert len(rendering(profile).policies) == 7


def test_every_key_of_the_schema_is_explained() -> None:
    keys = {key for rule in [schema(), *schema()["$defs"].values()] for key in rule.get("properties", {})}
    keys -= {"apiVersion", "kind"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", REFERENCE)} == set()


def test_every_file_of_the_shop_is_in_the_readme_or_holds_what_it_lists() -> None:
    readme = (EXAMPLES / "README.md").read_text()
    manifests = "".join(path.read_text() for path in (EXAMPLES / "shop").glob("*.yaml"))
    for name in re.findall(r"`([a-z-]+)`", readme):
        assert f"name: {name}" in manifests or (EXAMPLES / name).exists(), name


def test_what_the_reference_says_is_refused_is_refused() -> None:
    assert said(with_paths("web -> api:80", "{path: web -> api:80, http: [GET /]}"))
    assert said(with_paths("web -> dns:53/udp"))
    assert said(with_paths("{path: web -> a.io:443, http: [GET /]}"))
    assert said(with_paths("web -> api.shop.svc.cluster.local:80"))
    assert said(with_paths("web -> api:http"))


def test_long_lines_are_read_in_no_time() -> None:
    hostile = [
        "a" * 5000,
        "a." * 5000,
        "/" * 5000,
        "*/" * 3000,
        "1," * 5000,
        "GET /" + "a*" * 3000 + "?",
        "a-" * 5000,
    ]
    start = time.process_time()
    for line in hostile:
        assert said(
            with_paths(f'"{line}"', f'"web -> {line}:80"', f'{{path: web -> api:80, http: ["GET {line}"]}}')
        )
        assert said(SOUND.replace("runs the cluster", f'"{line}"').replace("app: web", f'app: "{line}"'))
    assert time.process_time() - start < 5
