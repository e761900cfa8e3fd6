"""Kinds found by walking a folder: no registration list, no decorator, no base class."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from types import ModuleType


class PluginError(Exception):
    """A module of a walked folder does not hold what its kind requires: a mistake in the program."""


def discover(package: ModuleType, required: Sequence[str] = ()) -> dict[str, ModuleType]:
    """The modules of *package* and of its subfolders by file name, in the order of their names.

    Files that start with `_` are not kinds.

    Errors: PluginError when a module lacks a *required* name, or two modules share one file name.
    """
    found: dict[str, ModuleType] = {}
    for dotted in sorted(_module_names(package)):
        module = importlib.import_module(dotted)
        name = dotted.rpartition(".")[2]
        if name in found:
            raise PluginError(f"`{found[name].__name__}` and `{dotted}` share the name `{name}`")
        missing = [needed for needed in required if not hasattr(module, needed)]
        if missing:
            raise PluginError(f"`{dotted}` lacks {', '.join(f'`{name}`' for name in missing)}")
        found[name] = module
    return dict(sorted(found.items()))


def _module_names(package: ModuleType) -> Iterator[str]:
    for entry in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if entry.name.rpartition(".")[2].startswith("_"):
            continue
        if entry.ispkg:
            yield from _module_names(importlib.import_module(entry.name))
        else:
            yield entry.name
