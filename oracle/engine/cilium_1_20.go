//go:build cilium_1_20

package main

import (
	"encoding/json"
	"math"
	_ "unsafe" // for go:linkname

	policyv1alpha2 "sigs.k8s.io/network-policy-api/apis/v1alpha2"

	"github.com/cilium/cilium/pkg/identity"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

func setAllowLocalhost(always bool) {
	option.Config.UnsafeDaemonConfigOption.AllowLocalhost = allowLocalhost(always)
}

func prepare(repository *policy.Repository, known identity.IdentityMap, ports *namedPorts) {
	repository.SetNamedPortsGetter(ports)
	repository.UpdateIdentities(known, nil)
}

func insertClusterPolicy(to *policy.Repository, object json.RawMessage, cluster string, resource ipcache.ResourceID) error {
	found, err := decoded[policyv1alpha2.ClusterNetworkPolicy](object)
	if err != nil {
		return err
	}
	entries, err := k8s.ParseClusterNetworkPolicy(logger, cluster, found)
	if err == nil {
		to.ReplaceByResource(entries, resource)
	}
	return err
}

func endpointPolicy(from *policy.Repository, subject *identity.Identity, owner *owner) (*policy.EndpointPolicy, error) {
	found, _, err := from.ComputeSelectorPolicy(subject)
	if err != nil {
		return nil, err
	}
	distilled := found.DistillPolicy(logger, owner, map[string]uint16{policy.FallbackRedirectID: math.MaxUint16})
	return distilled, distilled.Ready()
}

func filters(of *policy.EndpointPolicy, ingress bool) []*policy.L4Filter {
	direction := &of.SelectorPolicy.L4Policy.Egress
	if ingress {
		direction = &of.SelectorPolicy.L4Policy.Ingress
	}
	found := []*policy.L4Filter{}
	for filter := range direction.Filters() {
		found = append(found, filter)
	}
	return found
}

type namedPorts struct{ types.NamedPortMultiMap }

func newNamedPorts() *namedPorts { return &namedPorts{types.NewNamedPortMultiMap()} }

func (n *namedPorts) GetNamedPorts() types.NamedPortMultiMap { return n.NamedPortMultiMap }

func (n *namedPorts) add(number identity.NumericIdentity, ports types.NamedPortMap) {
	n.NamedPortMultiMap.(interface {
		Update(identity.NumericIdentity, types.NamedPortMap, types.NamedPortMap) bool
	}).Update(number, nil, ports)
}

func (o *owner) GetIngressNamedPort(name string, proto u8proto.U8proto) uint16 {
	found, _ := o.own.GetNamedPort(name, proto)
	return found
}

// namedPort: the port a name stands for in an entry about peer.
func (o *owner) namedPort(ingress bool, peer identity.NumericIdentity, name string, proto u8proto.U8proto) uint16 {
	if ingress {
		return o.GetIngressNamedPort(name, proto)
	}
	found, _ := o.ports.GetNamedPorts().GetNamedPort(name, proto, func(yield func(identity.NumericIdentity) bool) { yield(peer) })
	return found
}

// aggregates: what an identity is part of, and everything, which is asked for only where nothing else was found.
func aggregates(of identity.NumericIdentity) []identity.NumericIdentity {
	return []identity.NumericIdentity{aggregateFor(of), identity.IdentityUnknown}
}

//go:linkname aggregateFor github.com/cilium/cilium/pkg/policy.aggregateFor
func aggregateFor(identity.NumericIdentity) identity.NumericIdentity

// derivative: an object with groups is one like any other; its groups are labels of addresses.
func derivative(found ciliumObject, _ string, _ []string) (ciliumObject, error) { return found, nil }

func (o *owner) PreviousMapStateSizes() policy.MapStateSizes { return policy.MapStateSizes{} }
