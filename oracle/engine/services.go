package main

import (
	_ "unsafe" // for go:linkname

	"github.com/cilium/cilium/pkg/policy/api"
	_ "github.com/cilium/cilium/pkg/policy/k8s"
)

// Service is a Service as the agent keeps it; Addresses are those of its endpoints, which count when it has no selector.
type Service struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
	Selector  map[string]string `json:"selector"`
	Addresses []string          `json:"addresses"`
}

func (s *Service) prefixes() []api.CIDR {
	found := []api.CIDR{}
	for _, address := range s.Addresses {
		found = append(found, api.CIDR(address))
	}
	return found
}

// resolve puts what `toServices` stands for into rule, by the agent's own function, which it does not export.
func (s *Service) resolve(rule *api.Rule) { processRule(s.endpoints(), rule) }

//go:linkname processRule github.com/cilium/cilium/pkg/policy/k8s.(*serviceEndpoints).processRule
func processRule(of *serviceEndpoints, rule *api.Rule) int
