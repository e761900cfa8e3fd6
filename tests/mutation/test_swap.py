"""What can be swapped in place: a change of the code of one loaded function, and nothing besides."""

from pathlib import Path

import pytest
from mutation.swap import changed_function

from propolis.semantics import ports, symbolic

SOURCE = Path(ports.__file__).read_bytes()
MODULE = ports.__name__


def test_a_changed_function_is_swapped_and_behaves_as_changed():
    found = changed_function(MODULE, SOURCE, SOURCE.replace(b"written.upper()", b'"!"'))
    assert found is not None
    function, code = found
    assert function is ports.protocols
    assert type(function)(code, vars(ports))("tcp") == ("!",)
    assert ports.protocols("tcp") == ("TCP",)


def test_the_function_behind_a_cache_is_found():
    found = changed_function(MODULE, SOURCE, SOURCE.replace(b"return text.lower()", b"return text"))
    assert found is not None
    assert found[0] is ports.meaning.__wrapped__


def test_a_method_is_found():
    source = Path(symbolic.__file__).read_bytes()
    before = b"found = self._rows.get(key)\n        if found is None"
    assert before in source
    changed = source.replace(before, before.replace(b"is None", b"is not None"))
    found = changed_function(symbolic.__name__, source, changed)
    assert found is not None
    assert found[0] is symbolic.Scene.rows


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"_LONGEST_NAME = 15", b"_LONGEST_NAME = 16"),
        (b"@lru_cache(maxsize=4096)", b"@lru_cache(maxsize=4095)"),
        (b"return text.lower()", b"return text.lower()\n\n\ndef more():\n    pass"),
    ],
    ids=["a constant", "a decorator", "two functions"],
)
def test_what_is_more_than_one_function_has_to_be_imported_anew(before: bytes, after: bytes):
    assert before in SOURCE
    assert changed_function(MODULE, SOURCE, SOURCE.replace(before, after, 1)) is None


def test_no_change_of_meaning_is_no_change():
    assert changed_function(MODULE, SOURCE, b"\n" + SOURCE) is None
