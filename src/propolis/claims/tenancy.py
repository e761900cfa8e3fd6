"""Whose tenant a pod is, as a profile tells tenants apart."""

from propolis.model.labels import K8S, NAMESPACE_LABELS
from propolis.model.profile import Profile, TenantKey
from propolis.model.world import Endpoint


def tenant(profile: Profile, endpoint: Endpoint) -> str | None:
    """The tenant of a covered pod; None when it has none."""
    if profile.tenants is None or profile.exemption(endpoint.namespace) is not None:
        return None
    labels = {label.key: label.value for label in endpoint.labels if label.source == K8S}
    match profile.tenants.by:
        case TenantKey.NAMESPACE:
            return endpoint.namespace
        case TenantKey.NAMESPACE_LABEL:
            return labels.get(NAMESPACE_LABELS + profile.tenants.label)
        case TenantKey.POD_LABEL:
            return labels.get(profile.tenants.label)
