package main

import (
	"encoding/json"
	"net/netip"
	"strings"

	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	"github.com/cilium/cilium/pkg/types"
)

// Case is one question in the format of the recorded verdicts; what it does not say has the recorder's default.
type Case struct {
	Mode           string            `json:"mode"`
	AllowLocalhost *bool             `json:"allow_localhost"`
	HostFirewall   bool              `json:"host_firewall"`
	IPv6           *bool             `json:"ipv6"`
	LocalCluster   *string           `json:"local_cluster"`
	MatchMode      []string          `json:"cidr_match_mode"`
	Policies       []json.RawMessage `json:"policies"`
	Identities     []Identity        `json:"identities"`
	Services       []Service         `json:"services"`
	Groups         []string          `json:"groups"`
	Flows          []Flow            `json:"flows"`
	Policy         json.RawMessage   `json:"policy"`
	Selector       json.RawMessage   `json:"selector"`
	Names          json.RawMessage   `json:"names"`
}

type Identity struct {
	ID       uint32            `json:"id"`
	Labels   []string          `json:"labels"`
	CIDR     string            `json:"cidr"`
	TCPPorts map[string]uint16 `json:"tcp_ports"`
	UDPPorts map[string]uint16 `json:"udp_ports"`
}

type Flow struct {
	Subject   uint32 `json:"subject"`
	Peer      uint32 `json:"peer"`
	Direction string `json:"dir"`
	Protocol  string `json:"proto"`
	Port      uint16 `json:"port"`
}

// clusterName is the local cluster's; the filter for it is another matter: see cluster.
const clusterName = "default"

// cluster is what peer selectors are confined to: the local cluster, or "" for no filter.
func (c *Case) cluster() string {
	if c.LocalCluster == nil {
		return ""
	}
	return *c.LocalCluster
}

// applySettings sets the agent's options; they are process-wide in Cilium, so cases run one after another.
func (c *Case) applySettings() {
	config := option.Config
	config.ClusterName = clusterName
	config.EnableIPv4 = true
	config.EnableIPv6 = c.IPv6 == nil || *c.IPv6
	config.EnableHostFirewall = c.HostFirewall
	config.EnableL7Proxy = true
	config.EnableICMPRules = true
	config.EnableNodeSelectorLabels = true
	config.EnableNonDefaultDenyPolicies = true
	setAllowLocalhost(c.AllowLocalhost == nil || *c.AllowLocalhost)
	config.PolicyCIDRMatchMode = c.MatchMode
	mode := c.Mode
	if mode == "" {
		mode = option.DefaultEnforcement
	}
	policy.SetPolicyEnabled(mode)
	api.InitEntities(clusterName)
}

func (i *Identity) labels() labels.LabelArray {
	found := labels.Labels{}
	for _, text := range i.Labels {
		for _, label := range identityLabels(text) {
			found[label.Key] = label
		}
	}
	if prefix, err := netip.ParsePrefix(i.CIDR); err == nil {
		found.MergeLabels(labels.GetCIDRLabels(prefix))
	}
	return found.LabelArray()
}

// identityLabels is one label as an identity carries it; a CIDRGroup's labels are carried twice from 1.19 on.
func identityLabels(text string) []labels.Label {
	source, rest, _ := strings.Cut(text, ":")
	if source == labels.LabelSourceCIDR {
		if label, err := labels.IPStringToLabel(rest); err == nil {
			return []labels.Label{label}
		}
	}
	key, value, _ := strings.Cut(rest, "=")
	label := labels.NewLabel(key, value, source)
	if source == labels.LabelSourceCIDRGroup && value != "" {
		return append(encodedGroupLabels(label), label)
	}
	return []labels.Label{label}
}

// ports are the named ports of the container, as the agent reads them from the pod.
func (i *Identity) ports() types.NamedPortMap {
	found := types.NamedPortMap{}
	for name, number := range i.TCPPorts {
		_ = found.AddPort(name, int(number), "TCP")
	}
	for name, number := range i.UDPPorts {
		if _, taken := found[strings.ToLower(name)]; !taken {
			_ = found.AddPort(name, int(number), "UDP")
		}
	}
	return found
}

func (i *Identity) identity() *identity.Identity {
	return identity.NewIdentityFromLabelArray(identity.NumericIdentity(i.ID), i.labels())
}
