//go:build cilium_1_19

package main

import (
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
)

func prepare(*policy.Repository, identity.IdentityMap, *namedPorts) {}

func filters(of *policy.EndpointPolicy, ingress bool) []*policy.L4Filter {
	direction := of.SelectorPolicy.L4Policy.Egress
	if ingress {
		direction = of.SelectorPolicy.L4Policy.Ingress
	}
	found := []*policy.L4Filter{}
	for filter := range direction.PortRules.Filters() {
		found = append(found, filter)
	}
	return found
}

func (o *owner) PreviousMapState() *policy.MapState { return nil }
