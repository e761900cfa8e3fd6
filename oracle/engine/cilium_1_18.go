//go:build cilium_1_18

package main

import (
	fqdn "github.com/cilium/cilium/pkg/fqdn/re"
	"github.com/cilium/cilium/pkg/identity"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	slimv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/policy"
)

func init() { fail(fqdn.InitRegexCompileLRU(logger, 1024)) }

func prepare(repository *policy.Repository, _ identity.IdentityMap, _ *namedPorts) {
	repository.GetSelectorCache().SetLocalIdentityNotifier(nobody{})
}

func insertNetworkPolicy(to *policy.Repository, found *slimv1.NetworkPolicy, cluster string, resource ipcache.ResourceID) error {
	rules, err := k8s.ParseNetworkPolicy(logger, cluster, found)
	if err == nil {
		to.ReplaceByResource(rules, resource)
	}
	return err
}

func insertCiliumPolicy(to *policy.Repository, found ciliumObject, cluster string, resource ipcache.ResourceID) error {
	rules, err := parse(found, cluster)
	if err == nil {
		to.ReplaceByResource(rules, resource)
	}
	return err
}
