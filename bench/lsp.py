"""How long `propolis lsp` takes to answer in a workspace of policies, measured through the protocol over its pipes.

    python bench/lsp.py            # 500 policies with their workloads
    python bench/lsp.py 2000

typing      a key is pressed in a policy until its diagnostics are there
hover       the selector under the cursor, with the pods that it selects
action      the fixes of a file
reference   yaml.CSafeLoader on the file that changes

Every number is the median and the worst of 30.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from check import repository

sys.path.append(str(Path(__file__).parent.parent / "tests"))
from editor.client import Client, at, between

TIMES = 30
SUBJECT = "app.kubernetes.io/name"


def measured(name: str, work: Callable[[int], object], clean: Callable[[], object] = lambda: None) -> float:
    taken = []
    for number in range(TIMES):
        begun = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - begun)
        clean()
    median = statistics.median(taken)
    print(f"{name:10} {median * 1000:8.1f} ms {max(taken) * 1000:8.1f} ms")
    return median


def main(policies: int) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for name, text in repository(policies, world=True):
            (folder / name).write_text(text)
        file = sorted(path for path in folder.iterdir() if "NetworkPolicy" in path.read_text())[policies // 2]
        uri, text = file.as_uri(), file.read_text()
        line = next(n for n, found in enumerate(text.splitlines()) if SUBJECT in found)
        with Client(folder) as client:
            begun = time.perf_counter()
            client.start()
            client.open(uri, text)
            client.diagnostics(uri)
            print(
                f"{policies:,} policies and workloads; {'first':9} {(time.perf_counter() - begun) * 1000:8.1f} ms"
            )
            version = 1

            def type_a_key(number: int) -> None:
                nonlocal version
                version += 1
                where = at(line, 0)
                client.change(uri, version, {"range": between(where, where), "text": "#\n"})
                client.diagnostics(uri)

            def judged() -> None:
                """Until a fault that only shows beside the other texts, or its absence, is known."""
                time.sleep(1 + policies / 400)

            judged()
            print(f"{'':10} {'median':>8}    {'worst':>8}")
            typing = measured("typing", type_a_key)
            judged()
            position = {"textDocument": {"uri": uri}, "position": at(line + TIMES, 12)}
            answer = client.request("textDocument/hover", **position)
            assert "selects" in answer["result"]["contents"]["value"], answer
            measured("hover", lambda _: client.request("textDocument/hover", **position))
            whole = {"range": between(at(0, 0), at(1000, 0)), "context": {"diagnostics": []}}
            document = {"textDocument": {"uri": uri}}
            measured("action", lambda _: client.request("textDocument/codeAction", **document, **whole))
            base = measured("reference", lambda _: list(yaml.load_all(text, Loader=yaml.CSafeLoader)))
            print(f"typing takes {typing / base:.1f} × the reference")
            client.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
