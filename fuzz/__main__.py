"""Fuzz one target for a while.

    python -m fuzz rules --seconds 600

Needs the extra `fuzz`. Seeds are the cases of the tests, the examples and, where it is at hand, the corpus. What widens
coverage stays in build/fuzz/TARGET, and an input that fails in build/fuzz/TARGET-crash-….
"""

import argparse
import hashlib
import os
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("PROPOLIS_CORPUS", REPOSITORY.parent / "shared")) / "corpus"
LONGEST = 20
"""Seconds for one input."""
MEMORY = 2048
"""MiB."""


def seeds() -> list[bytes]:
    folders = (REPOSITORY / "tests", REPOSITORY / "examples", CORPUS / "policies")
    paths = (path for folder in folders for path in sorted(folder.rglob("*.y*ml")))
    return [path.read_bytes() for path in paths]


def words() -> str:
    """A dictionary of what policies are made of, so that the fuzzer need not guess it letter by letter."""
    from propolis.manifest.schema import cilium, kubernetes

    sources = "".join(Path(module.__file__).read_text() for module in (cilium, kubernetes))
    found = sorted({word for word in sources.replace("'", '"').split('"') if word.isalnum()})
    return "".join(f'"{word}"\n' for word in found if 2 < len(word) < 40)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("target", choices=["reader", "rules"])
    parser.add_argument("--seconds", type=int, default=600)
    asked = parser.parse_args()
    try:
        import atheris
    except ImportError:
        parser.exit(2, "fuzzing needs atheris: pip install -c constraints.txt -e '.[fuzz]'\n")
    with atheris.instrument_imports(include=["propolis"]):
        from fuzz.targets import LARGEST, TARGETS
        from propolis.lint.rule import rules

        rules()
    folder = REPOSITORY / "build" / "fuzz"
    corpus = folder / asked.target
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:20]).write_bytes(seed)
    dictionary = folder / "words"
    dictionary.write_text(words())
    options = [
        f"-max_total_time={asked.seconds}",
        f"-max_len={LARGEST}",
        f"-timeout={LONGEST}",
        f"-rss_limit_mb={MEMORY}",
        f"-dict={dictionary}",
        f"-artifact_prefix={folder / asked.target}-",
        "-print_final_stats=1",
        str(corpus),
    ]
    atheris.Setup([sys.argv[0], *options], TARGETS[asked.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
