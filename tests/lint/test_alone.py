"""A rule that needs one text only says the same of it beside any others."""

import pytest

from lint.samples import SAMPLES
from propolis.lint.alone import examined, in_file, said
from propolis.lint.context import Context, Evidence
from propolis.lint.rule import Needs
from propolis.manifest import Source, gists, read
from propolis.model.settings import OLDEST, Settings

TEXTS = list(SAMPLES.values())


@pytest.mark.parametrize("settings", [Settings(), Settings(version=OLDEST, host_firewall=True)], ids=str)
def test_texts_alone_have_the_findings_that_they_have_together(settings: Settings) -> None:
    each = [found for text in TEXTS for found in examined([text], settings)]
    assert examined(TEXTS, settings) == each
    assert [gist for gist, _ in each] == gists(TEXTS, settings.version)
    alone = [in_file(one, name) for name, (_, found) in zip(SAMPLES, each, strict=True) for one in found]
    read_together = read([Source(*named) for named in SAMPLES.items()], settings.version)
    evidence = Evidence(
        read_together.documents, read_together.policies, read_together.problems, None, settings
    )
    together = list(said(Context(evidence), Needs.DOCUMENT))
    assert sorted(alone, key=str) == sorted(together, key=str)
    assert len({finding.rule for finding in alone}) > 40, "the samples should meet most rules"


def test_findings_of_a_text_alone_name_no_file() -> None:
    for _, found in examined(TEXTS, Settings()):
        for one in found:
            places = (one.span, *one.related, *(one.fix.edits if one.fix else ()))
            assert {place.file for place in places} == {""}
            assert {in_file(one, "a.yaml").span.file} == {"a.yaml"}
