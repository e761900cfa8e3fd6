"""The parts of Kubernetes' workload objects that policy depends on; all other fields pass unread."""

from collections.abc import Mapping

from propolis.manifest.schema.kubernetes import LABEL_VALUE
from propolis.manifest.schema.nodes import (
    Fields,
    Flag,
    ListOf,
    MapOf,
    Node,
    Number,
    NumberOrText,
    Text,
)

_PORTS = ListOf(
    Fields(
        {
            "containerPort": Number(least=1, most=65535),
            "name": Text(),
            "protocol": Text(choices=("TCP", "UDP", "SCTP")),
        },
        required=("containerPort",),
        defaults={"protocol": "TCP"},
        open=True,
    )
)
_CONTAINERS = ListOf(Fields({"ports": _PORTS, "restartPolicy": Text()}, open=True))
_POD_SPEC = Fields(
    {
        "containers": _CONTAINERS,
        "initContainers": _CONTAINERS,
        "serviceAccountName": Text(),
        "serviceAccount": Text(),
        "hostNetwork": Flag(),
    },
    open=True,
)
_METADATA = Fields(
    {
        "name": Text(),
        "generateName": Text(),
        "namespace": Text(),
        "labels": MapOf(LABEL_VALUE),
        "ownerReferences": ListOf(Fields({"kind": Text(), "name": Text()}, open=True)),
    },
    open=True,
)
_TEMPLATE = Fields({"metadata": _METADATA, "spec": _POD_SPEC}, open=True)
_TEMPLATED = Fields({"template": _TEMPLATE}, open=True)
_SERVICE_PORTS = ListOf(
    Fields(
        {
            "port": Number(least=1, most=65535),
            "protocol": Text(choices=("TCP", "UDP", "SCTP")),
            "targetPort": NumberOrText(),
        },
        open=True,
    )
)
_SLICE_ENDPOINTS = ListOf(
    Fields({"addresses": ListOf(Text()), "conditions": Fields({"ready": Flag()}, open=True)}, open=True)
)


def _object(**fields: Node) -> Fields:
    return Fields({"metadata": _METADATA, **fields}, open=True)


SCHEMAS: Mapping[str, Fields] = {
    "Pod": _object(spec=_POD_SPEC),
    "Deployment": _object(spec=_TEMPLATED),
    "StatefulSet": _object(spec=_TEMPLATED),
    "DaemonSet": _object(spec=_TEMPLATED),
    "ReplicaSet": _object(spec=_TEMPLATED),
    "ReplicationController": _object(spec=_TEMPLATED),
    "Job": _object(spec=_TEMPLATED),
    "CronJob": _object(spec=Fields({"jobTemplate": Fields({"spec": _TEMPLATED}, open=True)}, open=True)),
    "Namespace": _object(),
    "ServiceAccount": _object(),
    "Service": _object(spec=Fields({"selector": MapOf(Text()), "ports": _SERVICE_PORTS}, open=True)),
    "Endpoints": _object(
        subsets=ListOf(Fields({"addresses": ListOf(Fields({"ip": Text()}, open=True))}, open=True))
    ),
    "EndpointSlice": _object(endpoints=_SLICE_ENDPOINTS),
}
"""By kind. Nothing is required but what a record cannot do without."""
