//go:build cilium_1_18 || cilium_1_19

package main

import (
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
)

func endpointPolicy(from *policy.Repository, subject *identity.Identity, owner *owner) (*policy.EndpointPolicy, error) {
	found, _, err := from.GetSelectorPolicy(subject, 0, &statistics{}, owner.GetID())
	if err != nil {
		return nil, err
	}
	redirects := map[string]uint16{}
	for filter, one := range found.RedirectFilters() {
		owner.redirects(filter.Ingress, filter, one.Policy.GetListener(), redirects)
	}
	distilled := found.DistillPolicy(logger, owner, redirects)
	return distilled, distilled.Ready()
}
