package main

import (
	"encoding/json"
	"strings"

	"github.com/cilium/cilium/pkg/policy/api"
)

// answerNames puts the names of a case to Cilium's matcher, once the agent has accepted the selector in a policy.
func answerNames(c *Case, answered map[string]any) {
	object, _ := json.Marshal(map[string]any{
		"apiVersion": "cilium.io/v2",
		"kind":       "CiliumNetworkPolicy",
		"metadata":   map[string]any{"name": "p", "namespace": "n"},
		"spec": map[string]any{
			"endpointSelector": map[string]any{},
			"egress":           []any{map[string]any{"toFQDNs": []any{c.Selector}}},
		},
	})
	delete(answered, "rejected")
	if err := newAgent(nil).insert(object, ""); err != nil {
		answered["rejected"] = err.Error()
		return
	}
	var selector api.FQDNSelector
	if err := json.Unmarshal(c.Selector, &selector); err != nil {
		answered["rejected"] = err.Error()
		return
	}
	expression, err := selector.ToRegex()
	if err != nil {
		answered["rejected"] = err.Error()
		return
	}
	matches := map[string]bool{}
	for name := range answered["names"].(map[string]any) {
		matches[name] = expression.MatchString(strings.ToLower(strings.TrimSuffix(name, ".")) + ".")
	}
	answered["names"] = matches
}
