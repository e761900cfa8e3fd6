"""The story of the example shop, told by the public command line: from the published profile to a proved one."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec

REPOSITORY = Path(__file__).parents[1]
PUBLISHED = "examples/published"
SHOP = "examples/shop"
BUILD = "build/demo"
FIXED = f"{BUILD}/published-fixed"
POLICIES = f"{BUILD}/policies"
KEPT, BROKEN = 0, 1


class Step(msgspec.Struct, frozen=True):
    """One command of the story: what it shows, its arguments, the exit code that the story tells."""

    title: str
    arguments: tuple[str, ...]
    exit: int


STORY = (
    Step("1. Check the published profile", ("check", PUBLISHED, SHOP), BROKEN),
    Step("2a. Prove the promises against it, as published", ("prove", PUBLISHED, SHOP), BROKEN),
    Step(
        "2b. Write a copy with the safe fixes made",
        ("check", PUBLISHED, "--fix-into", FIXED, "--quiet"),
        BROKEN,
    ),
    Step("2c. Prove the promises against the fixed copy", ("prove", FIXED, SHOP), BROKEN),
    Step("3a. Render the shop's own short profile", ("render", f"{SHOP}/profile.yaml", "-o", POLICIES), KEPT),
    Step("3b. Check what was rendered", ("check", POLICIES, SHOP), KEPT),
    Step("3c. Prove the promises against what was rendered", ("prove", POLICIES, SHOP), KEPT),
)
PROMISES = (
    ("pods leave the cluster only by DNS and to listed names", ("leaves-only-by", "resolves-only-through")),
    ("a hard baseline, and tenants kept apart", ("default-deny", "tenants-apart")),
    ("services reached only by those who need them, none cut off", ("reached-only-by", "nothing-lost")),
    ("only the listed methods and paths pass", ("requests-only", "never")),
    ("denied by default, by rules that do something", ("default-deny", "no-dead-rule")),
)
"""The five promises of the published profile, and the claims that say each of them exactly."""
STATUSES = ("broken", "unknown", "kept")
"""Worst first: a promise is as good as the worst of its claims."""


def propolis(arguments: tuple[str, ...], *, capture: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "propolis", *arguments]
    return subprocess.run(
        command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE if capture else None, check=False
    )


def promises(*paths: str) -> list[str]:
    """The status of each of the five promises for the policies and workloads in *paths*."""
    told = propolis(("prove", *paths, "--format", "json"), capture=True).stdout
    claims = json.loads(told)["claims"]
    found = []
    for _, names in PROMISES:
        statuses = [claim["status"] for claim in claims if claim["claim"] in names]
        found.append(min(statuses, key=STATUSES.index))
    return found


def snapshot() -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted((REPOSITORY / BUILD).rglob("*")) if p.is_file()}


def summary(before: dict[str, bytes]) -> None:
    published, fixed, rendered = (promises(where, SHOP) for where in (PUBLISHED, FIXED, POLICIES))
    print(f"\n{'=' * 100}\n{'The five promises':<68}{'published':<11}{'fixed':<9}rendered")
    for (text, _), *statuses in zip(PROMISES, published, fixed, rendered, strict=True):
        print(f"{text:<68}{statuses[0]:<11}{statuses[1]:<9}{statuses[2]}")
    print(f"\nthe published profile with its safe fixes: {FIXED}/")
    print(f"the shop's profile as policies:            {POLICIES}/")
    print("a second run changed nothing" if snapshot() == before else "the files were written in this run")


def main() -> int:
    before = snapshot()
    for step in STORY:
        print(f"\n{'=' * 100}\n{step.title}\n$ {shlex.join(('propolis', *step.arguments))}\n", flush=True)
        code = propolis(step.arguments).returncode
        if code != step.exit:
            print(f"`{step.title}` ended with {code}, expected {step.exit}", file=sys.stderr)
            return 1
    summary(before)
    return 0


if __name__ == "__main__":
    try:
        code = main()
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
