//go:build cilium_1_17 || cilium_1_18 || cilium_1_19

package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"

	"github.com/cilium/cilium/pkg/identity"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/spanstat"
	"github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

func setAllowLocalhost(always bool) { option.Config.AllowLocalhost = allowLocalhost(always) }

func insertClusterPolicy(*policy.Repository, json.RawMessage, string, ipcache.ResourceID) error {
	return errors.New("this version knows no ClusterNetworkPolicy")
}

// namedPorts: what a name stands for in egress is one question for the whole cluster.
type namedPorts struct{ types.NamedPortMultiMap }

func newNamedPorts() *namedPorts { return &namedPorts{types.NewNamedPortMultiMap()} }

func (n *namedPorts) add(_ identity.NumericIdentity, ports types.NamedPortMap) {
	n.NamedPortMultiMap.(interface {
		Update(types.NamedPortMap, types.NamedPortMap) bool
	}).Update(nil, ports)
}

func (o *owner) GetNamedPort(ingress bool, name string, proto u8proto.U8proto) uint16 {
	if ingress {
		found, _ := o.own.GetNamedPort(name, proto)
		return found
	}
	found, _ := o.ports.GetNamedPort(name, proto)
	return found
}

func (o *owner) namedPort(ingress bool, _ identity.NumericIdentity, name string, proto u8proto.U8proto) uint16 {
	return o.GetNamedPort(ingress, name, proto)
}

// redirects are a proxy port for each filter that needs one, as the endpoint would have opened.
func (o *owner) redirects(ingress bool, filter *policy.L4Filter, listener string, into map[string]uint16) {
	port := filter.Port
	if filter.PortName != "" {
		port = o.GetNamedPort(ingress, filter.PortName, filter.U8Proto)
	}
	into[policy.ProxyID(uint16(o.GetID()), ingress, string(filter.Protocol), port, listener)] = 10000
}

// statistics is asked for and not looked at.
type statistics struct{ waiting, computing spanstat.SpanStat }

func (s *statistics) WaitingForPolicyRepository() *spanstat.SpanStat { return &s.waiting }
func (s *statistics) SelectorPolicyCalculation() *spanstat.SpanStat  { return &s.computing }
func (s *statistics) PolicyCalculation() *spanstat.SpanStat          { return &s.computing }

func aggregates(identity.NumericIdentity) []identity.NumericIdentity {
	return []identity.NumericIdentity{identity.IdentityUnknown}
}

// derivative stands in for an object with groups, which the agent skips: the operator writes it, with the addresses of
// the groups in their place.
func derivative(found ciliumObject, cluster string, groups []string) (ciliumObject, error) {
	if !found.RequiresDerivative() {
		return found, nil
	}
	api.RegisterToGroupsProvider(api.AWSProvider, func(context.Context, *api.Groups) ([]netip.Addr, error) {
		known := []netip.Addr{}
		for _, text := range groups {
			known = append(known, netip.MustParsePrefix(text).Addr())
		}
		return known, nil
	})
	parsed, err := parse(found, cluster)
	if err != nil {
		return found, err
	}
	written := &v2.CiliumNetworkPolicy{TypeMeta: found.TypeMeta}
	written.Namespace, written.Name = found.Namespace, found.Name+"-togroups"
	for _, rule := range parsed {
		if rule.RequiresDerivative() {
			if rule, err = rule.CreateDerivative(context.Background()); err != nil {
				return found, err
			}
		}
		written.Specs = append(written.Specs, rule)
	}
	text, err := json.Marshal(written)
	if err != nil {
		return found, err
	}
	found.CiliumNetworkPolicy, err = decoded[v2.CiliumNetworkPolicy](text)
	return found, err
}
