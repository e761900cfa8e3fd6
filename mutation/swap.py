"""A mutant put in the place of a function that is loaded already, so that nothing has to be imported again."""

import sys
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType

_OPTIMIZED = 0x1
"""The flag of code of functions; that of modules and classes has none."""


def changed_function(module: str, before: bytes, after: bytes) -> tuple[FunctionType, CodeType] | None:
    """The loaded function of *module* that *after* changes, and its code there; None if it changes anything else.

    Only its code may differ: not its defaults or decorators, nor what the module or a class does when it is loaded.
    """
    old, new = (compile(text, module, "exec", dont_inherit=True) for text in (before, after))
    pair = _only_difference(old, new)
    if pair is None:
        return None
    found = _loaded(module, pair[0].co_qualname)
    if found is None or _shape(found.__code__) != _shape(pair[0]):
        return None
    return (found, pair[1]) if found.__code__.co_freevars == pair[1].co_freevars else None


def _only_difference(old: CodeType, new: CodeType) -> tuple[CodeType, CodeType] | None:
    if old.co_flags & _OPTIMIZED:
        return old, new
    if _shape(old, deep=False) != _shape(new, deep=False):
        return None
    pairs = list(zip(_inner(old), _inner(new), strict=True))
    different = [pair for pair in pairs if _shape(pair[0]) != _shape(pair[1])]
    return _only_difference(*different[0]) if len(different) == 1 else None


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _shape(code: CodeType, *, deep: bool = True) -> object:
    """All of *code* but the lines where it stands; without *deep*, also without the code of what is defined in it."""
    inner = [(_shape(one) if deep else one.co_name) for one in _inner(code)]
    plain = [repr(constant) for constant in code.co_consts if not isinstance(constant, CodeType)]
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return code.co_name, code.co_code, code.co_exceptiontable, plain, names, inner


def _loaded(module: str, name: str) -> FunctionType | None:
    if "<" in name:
        return None
    found: object = sys.modules[module]
    for part in name.split("."):
        found = vars(found).get(part)
        if isinstance(found, property):
            found = found.fget
        elif isinstance(found, cached_property):
            found = found.func
        elif isinstance(found, staticmethod | classmethod):
            found = found.__func__
        found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) else None
