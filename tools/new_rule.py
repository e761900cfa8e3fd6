"""`make new-rule RULE=group/name-of-the-bad-thing`: the file of a new rule, and its first cases.

What it writes is found and typed, and its tests fail until the rule says something: the examples are the first cases.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES = Path("src/propolis/lint/rules")
CASES = Path("tests/lint")
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

POLICY = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: backend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: backend}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
"""
RULE = '''\
"""One sentence that says what is bad.

## What it does

Finds …

## Why it is bad

What happens to whom.

## Avoid

```yaml
{policy}```

## Prefer

```yaml
{policy}```

## Fix

None: why not. Or what the fix writes, and whether the same flows pass afterwards.

## Source

Cilium semantics §…, S….

## Versions

All supported.
"""

from collections.abc import Iterator

from propolis.lint import places
from propolis.lint.context import Context
from propolis.lint.rule import Confidence, Needs
from propolis.model.finding import Finding, Severity

SEVERITY = Severity.WARNING
CONFIDENCE = Confidence.MEDIUM
NEEDS = Needs.DOCUMENT

WHY = "what happens to whom"


def findings(context: Context) -> Iterator[Finding]:
    for policy, _, item in places.allow_items(context):
        if places.is_empty(item):
            yield context.finding(policy, item.path, "what is wrong with `it`", why=WHY, help="what to write")
'''


def written(rule: str, root: Path) -> list[Path]:
    """Write the files of *rule* (`group/name`) below *root*.

    Errors: ValueError with a sentence.
    """
    group, slash, name = rule.partition("/")
    groups = sorted(place.name for place in (root / RULES).iterdir() if (place / "__init__.py").exists())
    if not slash or group not in groups:
        raise ValueError(f"write RULE=group/name with one of the groups {', '.join(groups)}")
    if not NAME.fullmatch(name):
        raise ValueError(
            f"`{name}` is no name of a rule: lower-case words joined by `-`, after the bad thing"
        )
    module = name.replace("-", "_") + ".py"
    taken = [place for place in (root / RULES).glob("*/*.py") if place.name == module]
    if taken:
        raise ValueError(f"there is {taken[0].relative_to(root)} already")
    files = {
        RULES / group / module: RULE.replace("{policy}", POLICY),
        CASES / name / "found.yaml": f"# expect: {name} 8:5\n{POLICY}",
        CASES / name / "not-found.yaml": POLICY,
    }
    for path, text in files.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return list(files)


def main(arguments: list[str]) -> int:
    try:
        paths = written(arguments[0] if arguments else "", ROOT)
    except ValueError as error:
        print(f"new-rule: {error}", file=sys.stderr)
        return 2
    for path in paths:
        print(f"written {path}")
    print("now write the page and `findings`, then: python -m propolis.lint.pages docs/rules && make check")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
