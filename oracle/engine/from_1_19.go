//go:build cilium_1_19 || cilium_1_20

package main

import (
	"math"

	"github.com/cilium/cilium/pkg/identity"
	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	slimv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/utils"
)

// orders: none beside that of the names of the objects, in which rules are taken.
const orders = 0

func insertNetworkPolicy(to *policy.Repository, found *slimv1.NetworkPolicy, cluster string, resource ipcache.ResourceID) error {
	entries, err := k8s.ParseNetworkPolicy(logger, cluster, found)
	if err == nil {
		to.ReplaceByResource(entries, resource)
	}
	return err
}

func insertCiliumPolicy(to *policy.Repository, found ciliumObject, cluster string, resource ipcache.ResourceID) error {
	rules, err := parse(found, cluster)
	if err == nil {
		to.ReplaceByResource(utils.RulesToPolicyEntries(rules), resource)
	}
	return err
}

func encodedGroupLabels(label labels.Label) []labels.Label {
	return []labels.Label{labels.EncodedCIDRGroupLabel(label.Key, label.Value, label.Source)}
}

func selects(selector policy.CachedSelector, peer identity.NumericIdentity) bool {
	return selector.Selects(peer)
}

// rank is the precedence that tiers, priorities, denies and listeners come to.
func rank(entry policy.MapStateEntry) int64 { return int64(entry.Precedence) }

func isHighest(entry policy.MapStateEntry) bool { return entry.Precedence == math.MaxUint32 }

func isReal(entry policy.MapStateEntry) bool { return entry.IsValid() }

func propagates(from, to policy.MapStateEntry) bool { return from.Precedence == to.Precedence }
