package main

import (
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/policy"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

// Decision is what the datapath makes of a flow: the entry that it takes, the key of that entry, and the
// authentication that it asks for, which may come from the other entry.
type Decision struct {
	key     policy.Key
	entry   policy.MapStateEntry
	auth    policytypes.AuthType
	matched bool
}

// decide reads the policy map as bpf/lib/policy.h does, and not as Cilium's own lookup, which is for its tests: it takes
// no type 0 of ICMP, and in 1.20.2 it asks for the authentication of the broader of two entries.
func decide(in *policy.EndpointPolicy, way policy.Key, peer identity.NumericIdentity, proto u8proto.U8proto, port uint16) Decision {
	found := narrowest(in, way.WithIdentity(peer), proto, port)
	if found.matched && found.entry.IsDeny() && isHighest(found.entry) {
		return found
	}
	var other Decision
	for position, aggregate := range aggregates(peer) {
		if position == 0 || !found.matched && !other.matched {
			other = narrowest(in, way.WithIdentity(aggregate), proto, port)
		}
	}
	if !other.matched || !found.matched {
		if other.matched {
			return other
		}
		return found
	}
	ranked := rank(other.entry) - rank(found.entry)
	if ranked > 0 || ranked == 0 && other.key.PrefixLength() > found.key.PrefixLength() {
		found, other = other, found
	}
	if !found.entry.IsDeny() && !found.entry.AuthRequirement.IsExplicit() && propagates(other.entry, found.entry) {
		found.auth = max(found.auth, other.entry.AuthRequirement.AuthType())
	}
	return found
}

// narrowest is the longest match for one identity: the port's prefixes, then the protocol, then everything.
func narrowest(in *policy.EndpointPolicy, key policy.Key, proto u8proto.U8proto, port uint16) Decision {
	for bits := uint8(16); bits > 0; bits-- {
		if found := taken(in, key.WithPortProtoPrefix(proto, port, bits)); found.matched {
			return found
		}
	}
	if found := taken(in, key.WithPortProtoPrefix(proto, 0, 0)); found.matched {
		return found
	}
	return taken(in, key.WithPortProtoPrefix(u8proto.ANY, 0, 0))
}

func taken(in *policy.EndpointPolicy, key policy.Key) Decision {
	entry, exists := in.Get(key)
	if !exists || !isReal(entry) {
		return Decision{}
	}
	return Decision{key, entry, entry.AuthRequirement.AuthType(), true}
}
