package main

import (
	"context"

	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/types"
)

// owner is the endpoint that a policy is computed for.
type owner struct {
	host  bool
	own   types.NamedPortMap
	ports *namedPorts
}

func (o *owner) GetID() uint64 { return 1 }
func (o *owner) IsHost() bool  { return o.host }

func allowLocalhost(always bool) string {
	if always {
		return option.AllowLocalhostAlways
	}
	return option.AllowLocalhostPolicy
}

// secrets are left to the proxy, which fetches them itself: the default of the Helm chart.
type secrets struct{}

func (secrets) GetTLSContext(context.Context, *api.TLSContext, string) (ca, public, private string, inline bool, err error) {
	return "", "", "", false, nil
}
