//go:build cilium_1_17 || cilium_1_18

package main

import (
	"github.com/cilium/cilium/pkg/container/versioned"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

// orders: these versions take rules in an order that hangs on that in which they came, and whether server names, HTTP
// rules, listeners and what a deny takes away can be merged depends on it; so many orders are tried beside the given
// one, and an endpoint that one of them leaves without a policy counts as one without.
const orders = 64

func encodedGroupLabels(labels.Label) []labels.Label { return nil }

func selects(selector policy.CachedSelector, peer identity.NumericIdentity) bool {
	return selector.Selects(versioned.Latest(), peer)
}

func filters(of *policy.EndpointPolicy, ingress bool) []*policy.L4Filter {
	direction := of.L4Policy.Egress
	if ingress {
		direction = of.L4Policy.Ingress
	}
	found := []*policy.L4Filter{}
	direction.PortRules.ForEach(func(filter *policy.L4Filter) bool {
		found = append(found, filter)
		return true
	})
	return found
}

func (o *owner) MapStateSize() int { return 0 }

// nobody is told which names are asked for: the identities of a case already carry them.
type nobody struct{}

func (nobody) RegisterFQDNSelector(api.FQDNSelector)   {}
func (nobody) UnregisterFQDNSelector(api.FQDNSelector) {}

// rank: a deny comes first, then what goes to a proxy, by the priority of the proxy.
func rank(entry policy.MapStateEntry) int64 {
	if entry.IsDeny() {
		return 1 << 32
	}
	return int64(entry.ProxyPortPriority)
}

func isHighest(policy.MapStateEntry) bool { return true }

func isReal(entry policy.MapStateEntry) bool { return !entry.Invalid }

func propagates(_, _ policy.MapStateEntry) bool { return true }
