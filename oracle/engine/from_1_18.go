//go:build !cilium_1_17

package main

import (
	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
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

func lookup(in *policy.EndpointPolicy, key policy.Key) (policy.MapStateEntry, labels.LabelArrayList, bool) {
	entry, origin, found := in.Lookup(key)
	return entry, origin.LabelArray(), found
}

func (o *owner) PolicyDebug(string, ...any) {}

func (o *owner) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}
