"""Each kind of promise, kept by the profile's own policies and broken by a change that concerns it."""

from pathlib import Path

import msgspec
import pytest
import yaml

from propolis import claims
from propolis import profile as profiles
from propolis.algebra.classes import Classes, Space, classes
from propolis.commands.inputs import input_of
from propolis.commands.lines import place_in
from propolis.commands.ports import Sources
from propolis.commands.prove import prove
from propolis.manifest import Source
from propolis.model.exit import Exit
from propolis.model.report import Report, Status
from propolis.model.settings import Enforcement
from propolis.semantics.ruleset import ruleset

HERE = Path(__file__).parent
CASES = sorted((HERE / "changes").glob("*/*.yaml"))
KINDS = Path(profiles.__file__).parents[1] / "claims" / "kinds"


def policies() -> dict[str, str]:
    given = input_of(Sources((base(),), (), Exit.KEPT), None)
    assert given.profile is not None
    return {policy.file: profiles.text(policy) for policy in profiles.rendering(given.profile).policies}


def base() -> Source:
    return Source("base.yaml", (HERE / "base.yaml").read_text())


def proved(files: dict[str, str]) -> Report:
    sources = (base(), *(Source(name, text) for name, text in files.items()))
    return prove(input_of(Sources(sources, (), Exit.KEPT), None))


def test_the_profiles_own_policies_keep_every_promise():
    report = proved(policies())
    assert {outcome.status for outcome in report.claims} == {Status.KEPT}
    assert report.exit is Exit.KEPT


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_change_breaks_what_it_concerns(case: Path):
    told = yaml.safe_load(case.read_text())
    files = policies()
    for name in told.get("drop", ()):
        del files[name]
    for number, extra in enumerate(told.get("add", ())):
        files[f"extra-{number}.yaml"] = yaml.safe_dump(extra)
    report = proved(files)
    for name, wanted in told["expect"].items():
        outcomes = [outcome for outcome in report.claims if outcome.claim == name]
        worst = next((o for o in outcomes if o.status is not Status.KEPT), outcomes[0])
        assert worst.status == wanted["status"], (name, worst)
        assert wanted.get("reason", "") in worst.reason
        shown = worst.counterexample
        if wanted.get("flow") or wanted.get("request"):
            assert shown is not None
            assert wanted.get("flow", "") in shown.flow
            assert wanted.get("request", "") in shown.request_line
    assert report.exit is not Exit.KEPT


def test_default_deny_is_not_kept_by_rules_that_nobody_enforces():
    given = input_of(Sources((base(), *(Source(n, t) for n, t in policies().items())), (), Exit.KEPT), None)
    assert given.profile is not None
    settings = msgspec.structs.replace(given.settings, enforcement=Enforcement.NEVER)
    rules = ruleset(given.manifests.policies, given.manifests.world, settings)
    found = claims.outcomes(claims.situation(given.profile, rules), place_in(given.manifests.documents))
    assert {outcome.status for outcome in found if outcome.claim == "default-deny"} == {Status.BROKEN}


def test_where_not_every_kind_of_pod_is_found_nothing_is_kept():
    """A counterexample among those that were found is one all the same."""
    files = {**policies(), "extra.yaml": OPEN_TO_BACKUP}
    given = input_of(Sources((base(), *(Source(n, t) for n, t in files.items())), (), Exit.KEPT), None)

    def short(space: Space, most: int) -> Classes:
        found = classes(space, most)
        return Classes(found.points, False)

    whole = {(o.claim, o.sentence): o.status for o in prove(given).claims}
    for outcome in prove(given, find=short).claims[:-1]:
        broken = whole[outcome.claim, outcome.sentence] is Status.BROKEN
        assert outcome.status is (Status.BROKEN if broken else Status.UNKNOWN), outcome
        assert broken or "kinds of new pods" in outcome.reason
        assert "only the first" in outcome.scope
    assert Status.BROKEN in whole.values()


OPEN_TO_BACKUP = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: extra, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress: [{fromEndpoints: [{matchLabels: {role: backup}}]}]
"""


def test_what_is_taken_of_port_names_is_repeated_where_policies_use_some():
    by_name = OPEN_TO_BACKUP.rstrip().replace(
        "}]}]", "}], toPorts: [{ports: [{port: sql, protocol: TCP}]}]}]"
    )
    for extra, wanted in ((OPEN_TO_BACKUP, False), (by_name, True)):
        files = {**policies(), "extra.yaml": extra}
        given = input_of(Sources((base(), *(Source(n, t) for n, t in files.items())), (), Exit.KEPT), None)
        (outcome,) = (o for o in prove(given).claims if o.claim == "reached-only-by")
        assert ("`sql` as the name of a port" in outcome.scope) is wanted


def test_every_kind_has_a_case():
    kinds = {path.stem.replace("_", "-") for path in KINDS.glob("*.py") if path.stem != "__init__"}
    assert kinds <= {path.parent.name for path in CASES}
