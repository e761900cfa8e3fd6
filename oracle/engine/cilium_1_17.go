//go:build cilium_1_17

package main

import (
	"context"
	"io"

	cilium "github.com/cilium/proxy/go/cilium/api"
	"github.com/sirupsen/logrus"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	fqdn "github.com/cilium/cilium/pkg/fqdn/re"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	slimv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/logging"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
)

func (secrets) GetSecretString(context.Context, *api.Secret, string) (string, error) { return "", nil }
func (secrets) GetSecretSyncNamespace() string                                       { return "cilium-secrets" }
func (secrets) PolicySecretSyncEnabled() bool                                        { return true }
func (secrets) SecretsOnlyFromSecretsNamespace() bool                                { return true }

func init() { fail(fqdn.InitRegexCompileLRU(1024)) }

func newRepository(known identity.IdentityMap, local []*identity.Identity, _ *namedPorts) *policy.Repository {
	logging.DefaultLogger.SetOutput(io.Discard)
	manager := identitymanager.NewIDManager()
	found := policy.NewPolicyRepository(known, secrets{}, secrets{}, manager, api.NewPolicyMetricsNoop())
	// What Envoy is told has no part in a verdict.
	found.SetEnvoyRulesFunc(func(certificatemanager.SecretManager, *api.L7Rules, string, string) (*cilium.HttpNetworkPolicyRules, bool) {
		return nil, true
	})
	found.GetSelectorCache().SetLocalIdentityNotifier(nobody{})
	for _, one := range local {
		manager.Add(one)
	}
	return found
}

func insertNetworkPolicy(to *policy.Repository, found *slimv1.NetworkPolicy, _ string, resource ipcache.ResourceID) error {
	rules, err := k8s.ParseNetworkPolicy(found)
	if err == nil {
		to.ReplaceByResource(rules, resource)
	}
	return err
}

func parse(found ciliumObject, _ string) (api.Rules, error) { return found.Parse() }

func insertCiliumPolicy(to *policy.Repository, found ciliumObject, _ string, resource ipcache.ResourceID) error {
	rules, err := parse(found, "")
	if err == nil {
		to.ReplaceByResource(rules, resource)
	}
	return err
}

func endpointPolicy(from *policy.Repository, subject *identity.Identity, owner *owner) (*policy.EndpointPolicy, error) {
	found, _, err := from.GetSelectorPolicy(subject, 0, &statistics{})
	if err != nil {
		return nil, err
	}
	redirects := map[string]uint16{}
	for filter, one := range found.RedirectFilters() {
		owner.redirects(filter.Ingress, filter, one.GetListener(), redirects)
	}
	distilled := found.DistillPolicy(owner, redirects)
	return distilled, distilled.Ready()
}

func originLabels(in *policy.EndpointPolicy, key policy.Key) (labels.LabelArrayList, error) {
	return in.GetRuleLabels(key)
}

// serviceEndpoints has the fields of the agent's type; what is valid is not asked for again.
type serviceEndpoints struct {
	svcID                  k8s.ServiceID
	svc                    *k8s.Service
	eps                    *k8s.EndpointSlices
	valid                  bool
	enableHighScaleIPcache bool
	cached                 []api.CIDR
}

func (s *Service) endpoints() *serviceEndpoints {
	return &serviceEndpoints{
		svcID:  k8s.ServiceID{Name: s.Name, Namespace: s.Namespace},
		svc:    &k8s.Service{Labels: s.Labels, Selector: s.Selector},
		valid:  true,
		cached: s.prefixes(),
	}
}

func (o *owner) PolicyDebug(logrus.Fields, string) {}
