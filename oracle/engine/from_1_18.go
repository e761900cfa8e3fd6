//go:build !cilium_1_17

package main

import (
	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/loadbalancer"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	testpolicy "github.com/cilium/cilium/pkg/testutils/policy"
)

func newRepository(known identity.IdentityMap, local []*identity.Identity, ports *namedPorts) *policy.Repository {
	manager := identitymanager.NewIDManager(logger)
	found := policy.NewPolicyRepository(
		logger, known, secrets{},
		envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerSDS()),
		manager, testpolicy.NewPolicyMetricsNoop(),
	)
	prepare(found, known, ports)
	for _, one := range local {
		manager.Add(one)
	}
	return found
}

func parse(found ciliumObject, cluster string) (api.Rules, error) {
	return found.Parse(logger, cluster)
}

func originLabels(in *policy.EndpointPolicy, key policy.Key) (labels.LabelArrayList, error) {
	found, err := in.GetRuleMeta(key)
	return found.LabelArray(), err
}

func (o *owner) PolicyDebug(string, ...any) {}

// serviceEndpoints has the fields of the agent's type; the last is gone from 1.19 on.
type serviceEndpoints struct {
	svc      *loadbalancer.Service
	prefixes func() []api.CIDR
	_        bool
}

func (s *Service) endpoints() *serviceEndpoints {
	return &serviceEndpoints{
		svc: &loadbalancer.Service{
			Name:     loadbalancer.NewServiceName(s.Namespace, s.Name),
			Labels:   labels.Map2Labels(s.Labels, labels.LabelSourceK8s),
			Selector: s.Selector,
		},
		prefixes: s.prefixes,
	}
}

func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}
