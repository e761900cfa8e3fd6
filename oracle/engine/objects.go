package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	kjson "sigs.k8s.io/json"

	ipcache "github.com/cilium/cilium/pkg/ipcache/types"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
)

var logger = slog.New(slog.NewTextHandler(io.Discard, nil))

// insert reads one object as the agent's watcher does, and adds its rules to the repository.
func (a *Agent) insert(object json.RawMessage, cluster string) (err error) {
	defer func() {
		if found := recover(); found != nil {
			err = fmt.Errorf("panic: %v", found)
		}
	}()
	var head struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name, Namespace string
		} `json:"metadata"`
	}
	if err := json.Unmarshal(object, &head); err != nil {
		return err
	}
	resource := func(kind ipcache.ResourceKind) ipcache.ResourceID {
		return ipcache.NewResourceID(kind, head.Metadata.Namespace, head.Metadata.Name)
	}
	switch head.Kind {
	case "NetworkPolicy":
		found, err := decoded[slimv1.NetworkPolicy](object)
		if err != nil {
			return err
		}
		return insertNetworkPolicy(a.repository, found, cluster, resource(ipcache.ResourceKindNetpol))
	case "ClusterNetworkPolicy":
		return insertClusterPolicy(a.repository, object, cluster, resource(ipcache.ResourceKind("kcnp")))
	case "CiliumClusterwideNetworkPolicy":
		head.Metadata.Namespace = ""
		found, err := decoded[v2.CiliumNetworkPolicy](object)
		if err != nil {
			return err
		}
		found.Namespace = ""
		return a.insertCilium(ciliumObject{found, true}, cluster, resource(ipcache.ResourceKindCCNP))
	}
	found, err := decoded[v2.CiliumNetworkPolicy](object)
	if err != nil {
		return err
	}
	return a.insertCilium(ciliumObject{found, false}, cluster, resource(ipcache.ResourceKindCNP))
}

// insertCilium resolves groups and Services first: the operator does the one, the agent the other.
func (a *Agent) insertCilium(found ciliumObject, cluster string, resource ipcache.ResourceID) error {
	found, err := derivative(found, cluster, a.groups)
	if err != nil {
		return err
	}
	for i := range a.services {
		a.services[i].resolve(found.Spec)
		for _, spec := range found.Specs {
			a.services[i].resolve(spec)
		}
	}
	return insertCiliumPolicy(a.repository, found, cluster, resource)
}

// ciliumObject: the agent keeps clusterwide policies in the same type as the others, without a namespace.
type ciliumObject struct {
	*v2.CiliumNetworkPolicy
	clusterwide bool
}

// decoded reads JSON as Kubernetes does: names of fields are case-sensitive, unknown ones are dropped.
func decoded[T any](object json.RawMessage) (*T, error) {
	found := new(T)
	return found, kjson.UnmarshalCaseSensitivePreserveInts(object, found)
}

func answerValidation(c *Case, answered map[string]any) {
	err := newAgent(nil).insert(c.Policy, c.cluster())
	answered["accepted"] = err == nil
	delete(answered, "reason")
	if err != nil {
		answered["reason"] = err.Error()
	}
}
