package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/policy"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Agent is the policy side of one agent: a repository that knows the identities of a case.
type Agent struct {
	repository *policy.Repository
	services   []Service
	groups     []string
	subjects   map[uint32]*subject
	others     []*Agent
}

// subject is one endpoint with its policy, or with the reason why there is none.
type subject struct {
	identity *identity.Identity
	owner    *owner
	policy   *policy.EndpointPolicy
	err      error
}

// newAgent loads the reserved identities first, as the agent does when it starts.
func newAgent(identities []Identity) *Agent {
	known := identity.IdentityMap{}
	identity.IterateReservedIdentities(func(number identity.NumericIdentity, found *identity.Identity) {
		known[number] = found.LabelArray
	})
	agent := &Agent{subjects: map[uint32]*subject{}}
	ports := newNamedPorts()
	local := []*identity.Identity{}
	for i := range identities {
		found := identities[i].identity()
		known[found.ID] = found.LabelArray
		local = append(local, found)
		own := identities[i].ports()
		ports.add(found.ID, own)
		agent.subjects[identities[i].ID] = &subject{
			identity: found,
			owner:    &owner{host: found.ID == identity.ReservedIdentityHost, own: own, ports: ports},
		}
	}
	agent.repository = newRepository(known, local, ports)
	return agent
}

// agentOf knows what a case has; its policies came to it in the order of places.
func agentOf(c *Case, places []int) (agent *Agent, rejected map[string]string) {
	agent, rejected = newAgent(c.Identities), map[string]string{}
	agent.services, agent.groups = c.Services, c.Groups
	for _, position := range places {
		if err := agent.insert(c.Policies[position], c.cluster()); err != nil {
			rejected[strconv.Itoa(position)] = err.Error()
		}
	}
	return agent, rejected
}

func answerFlows(c *Case, answered map[string]any) {
	places := make([]int, len(c.Policies))
	isOpen := false
	for position, object := range c.Policies {
		places[position] = position
		for _, word := range []string{"serverNames", "listener", "Deny"} {
			isOpen = isOpen || bytes.Contains(object, []byte(word))
		}
	}
	agent, rejected := agentOf(c, places)
	if isOpen {
		for number := range orders {
			mixed := slices.Clone(places)
			rand.New(rand.NewPCG(uint64(number), 0)).Shuffle(len(mixed), func(i, j int) {
				mixed[i], mixed[j] = mixed[j], mixed[i]
			})
			other, _ := agentOf(c, mixed)
			agent.others = append(agent.others, other)
		}
	}
	answered["rejected"] = rejected
	for position := range c.Flows {
		answers := answered["flows"].([]any)[position].(map[string]any)
		for _, old := range []string{"allow", "why", "rules", "l7", "error", "auth"} {
			delete(answers, old)
		}
		agent.answer(&c.Flows[position], answers)
	}
}

// compute works out the policy of a subject once; see orders.
func (a *Agent) compute(number uint32) *subject {
	found := a.subjects[number]
	if found.policy != nil || found.err != nil {
		return found
	}
	found.policy, found.err = a.attempt(found)
	for _, other := range a.others {
		if err := other.compute(number).err; found.err == nil && !isPanic(err) {
			found.err = err
		}
	}
	return found
}

func isPanic(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "panic: ") }

// attempt tries again when the engine itself panics, which 1.18.3 does in some orders of the rules.
func (a *Agent) attempt(of *subject) (computed *policy.EndpointPolicy, err error) {
	for range 20 {
		func() {
			defer func() {
				if found := recover(); found != nil {
					err = fmt.Errorf("panic: %v", found)
				}
			}()
			a.repository.BumpRevision()
			computed, err = endpointPolicy(a.repository, of.identity, of.owner)
		}()
		if !isPanic(err) {
			break
		}
	}
	return computed, err
}

func (a *Agent) answer(flow *Flow, answers map[string]any) {
	found := a.compute(flow.Subject)
	if found.err != nil {
		answers["error"] = found.err.Error()
		return
	}
	way := policy.EgressKey()
	if flow.Direction == "ingress" {
		way = policy.IngressKey()
	}
	peer := identity.NumericIdentity(flow.Peer)
	decision := decide(found.policy, way, peer, protocol(flow.Protocol), flow.Port)
	answers["allow"] = decision.matched && !decision.entry.IsDeny()
	answers["why"] = map[bool]string{true: "rule", false: "none"}[decision.matched]
	answers["rules"] = titles(origins(found.policy, decision))
	if mode := authentication(decision.auth); mode != "" {
		answers["auth"] = mode
	}
	if decision.matched && decision.entry.IsRedirectEntry() {
		answers["l7"] = inForce(found, flow.Direction == "ingress", peer, protocol(flow.Protocol), flow.Port)
	}
}

// authentication is the mode in the words of a policy; "" for none.
func authentication(required policytypes.AuthType) string {
	switch required {
	case policytypes.AuthTypeSpire:
		return "required"
	case policytypes.AuthTypeAlwaysFail:
		return "test-always-fail"
	}
	return ""
}

func protocol(name string) u8proto.U8proto {
	switch name {
	case "ICMP", "ICMPv4":
		return u8proto.ICMP
	case "ICMP6", "ICMPv6":
		return u8proto.ICMPv6
	}
	found, err := u8proto.ParseProtocol(name)
	if err != nil {
		panic(err)
	}
	return found
}
func origins(in *policy.EndpointPolicy, of Decision) labels.LabelArrayList {
	if !of.matched {
		return nil
	}
	found, _ := originLabels(in, of.key) // the key was just found
	return found
}

// titles are the policies behind an entry, as kind/name.
func titles(origins labels.LabelArrayList) []string {
	found := []string{}
	for _, origin := range origins {
		kind, name := "", ""
		for _, label := range origin {
			switch label.Key {
			case "io.cilium.k8s.policy.derived-from":
				kind = label.Value
			case "io.cilium.k8s.policy.name":
				name = label.Value
			case "io.cilium.policy.derived-from":
				kind, name = label.Value, label.Key
			}
		}
		found = append(found, kind+"/"+name)
	}
	return found
}

// inForce are the layer-7 rules of every filter that covers the flow; a filter without any covers it whole.
func inForce(found *subject, ingress bool, peer identity.NumericIdentity, proto u8proto.U8proto, port uint16) []any {
	rules := []any{}
	for _, filter := range filters(found.policy, ingress) {
		first, last := filter.Port, max(filter.Port, filter.EndPort)
		if filter.PortName != "" {
			first = found.owner.namedPort(ingress, peer, filter.PortName, filter.U8Proto)
			last = first
		}
		if filter.U8Proto != proto || (first != 0 && (port < first || last < port)) {
			continue
		}
		for selector, one := range filter.PerSelectorPolicies {
			if one != nil && one.IsRedirect() && selects(selector, peer) {
				rules = append(rules, described(filter, one))
			}
		}
	}
	slices.SortFunc(rules, func(a, b any) int { return strings.Compare(written(a), written(b)) })
	return rules
}

func written(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

func described(filter *policy.L4Filter, rules *policy.PerSelectorPolicy) map[string]any {
	found := map[string]any{"port": filter.Port, "endPort": filter.EndPort}
	if len(rules.HTTP) > 0 {
		found["http"] = rules.HTTP
	}
	if len(rules.DNS) > 0 {
		found["dns"] = rules.DNS
	}
	if len(rules.ServerNames) > 0 {
		found["serverNames"] = rules.ServerNames
	}
	if rules.Listener != "" {
		found["listener"] = rules.Listener
	}
	return found
}
