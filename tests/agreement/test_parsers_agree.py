"""The two engines agree where rules are for the parsers of older Cilium, sound ones and others."""

from typing import Any

import pytest

from agreement.test_engines_agree import check
from agreement.worlds import Draw

WORLDS = 160
PARSERS: tuple[dict[str, Any], ...] = (
    {"kafka": [{"role": "produce", "topic": "a"}]},
    {"kafka": [{"apiKey": "fetch", "apiVersion": "2"}]},
    {"kafka": [{"role": "consume", "apiKey": "fetch"}]},
    {"l7proto": "cassandra", "l7": [{"query_action": "select"}]},
    {"l7proto": "r2d2"},
)


class WithParsers(Draw):
    """Every second plain clause for TCP is one for a parser."""

    def port_rule(self, way: str, deny: bool) -> dict[str, Any]:
        found = super().port_rule(way, deny)
        plain = not deny and found and not found.keys() & {"rules", "serverNames", "listener"}
        if plain and found["ports"][0]["protocol"] == "TCP" and self.chance(0.5):
            found["rules"] = self.one(PARSERS)
        return found


@pytest.mark.parametrize("part", range(4))
def test_engines_agree_on_rules_for_parsers(part: int):
    for seed in range(part, WORLDS, 4):
        check(seed, WithParsers)
