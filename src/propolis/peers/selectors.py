"""Label selectors: from JSON, and against the labels of one endpoint."""

from collections.abc import Mapping
from typing import Any

from propolis.algebra.addresses import contains, prefix
from propolis.model.labels import (
    ANY,
    CIDR,
    Label,
    Labels,
    Operator,
    Requirement,
    Selector,
    equals,
    source_and_key,
)

_OPERATORS = {operator.value: operator for operator in Operator if operator is not Operator.EQUALS}


class UnknownOperatorError(ValueError):
    """A matchExpressions operator that is none of In, NotIn, Exists, DoesNotExist."""


def selector(value: Mapping[str, Any] | None) -> Selector:
    """The selector that *value* (`matchLabels`, `matchExpressions`) writes; labels sorted, expressions as they stand.

    Cilium keeps selectors apart by their spelling: one that says the same in another order is another one.

    Errors: UnknownOperatorError; values are taken as they are, `semantics.admission` judges them.
    """
    if not value:
        return Selector()
    found = sorted(
        equals(*source_and_key(key), str(text)) for key, text in (value.get("matchLabels") or {}).items()
    )
    for expression in value.get("matchExpressions") or ():
        operator = _OPERATORS.get(expression.get("operator", ""))
        if operator is None:
            raise UnknownOperatorError(str(expression.get("operator", "")))
        source, key = source_and_key(str(expression.get("key", "")))
        values = tuple(str(v) for v in expression.get("values") or ())
        found.append(Requirement(source, key, operator, values))
    return Selector(tuple(found))


def meets(labels: Labels, selector: Selector) -> bool:
    """Whether *labels* meet every requirement. An absent key meets NotIn and DoesNotExist.

    Source: Cilium pkg/policy/types/requirements.go; semantics §3.1.
    """
    return all(_met(labels, requirement) for requirement in selector.requirements)


def _met(labels: Labels, requirement: Requirement) -> bool:
    held = [label.value for label in labels if _names(requirement, label)]
    match requirement.operator:
        case Operator.EQUALS | Operator.IN:
            return any(value in requirement.values for value in held)
        case Operator.NOT_IN:
            return not any(value in requirement.values for value in held)
        case Operator.EXISTS:
            return bool(held)
        case Operator.DOES_NOT_EXIST:
            return not held


def _names(requirement: Requirement, label: Label) -> bool:
    """Whether *label* is the one that *requirement* asks about; a `cidr:` key asks by containment."""
    if requirement.source == CIDR and label.source == CIDR:
        outer, inner = prefix(requirement.key), prefix(label.key)
        return outer is not None and inner is not None and contains(outer, inner)
    return label.key == requirement.key and requirement.source in (ANY, label.source)
