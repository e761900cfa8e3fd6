package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/cilium/cilium/pkg/identity"
)

// Measured is what one run took; the times are those of the engine alone, without reading the file.
type Measured struct {
	Release        string  `json:"release"`
	Policies       int     `json:"policies"`
	Rejected       int     `json:"rejected"`
	Identities     int     `json:"identities"`
	Subjects       int     `json:"subjects"`
	Failed         int     `json:"failed"`
	Entries        int     `json:"entries"`
	InsertSeconds  float64 `json:"insert_seconds"`
	ComputeSeconds float64 `json:"compute_seconds"`
	PeakRSSBytes   int64   `json:"peak_rss_bytes"`
}

// measure reads JSON lines: objects (with `kind`), identities (with `labels`) and settings (anything else, as in a
// case); it inserts all objects and computes the policy of every pod and reserved endpoint.
func measure(path string) error {
	var settings Case
	policies, identities, err := read(path, &settings)
	if err != nil {
		return err
	}
	settings.applySettings()
	found := Measured{Release: release(), Policies: len(policies), Identities: len(identities)}
	agent := newAgent(identities)

	began := time.Now()
	for _, object := range policies {
		if agent.insert(object, settings.cluster()) != nil {
			found.Rejected++
		}
	}
	found.InsertSeconds = time.Since(began).Seconds()

	began = time.Now()
	for _, one := range identities {
		if identity.NumericIdentity(one.ID).HasLocalScope() || identity.NumericIdentity(one.ID).HasRemoteNodeScope() {
			continue
		}
		found.Subjects++
		if subject := agent.compute(one.ID); subject.err != nil {
			found.Failed++
		} else {
			found.Entries += subject.policy.Len()
		}
	}
	found.ComputeSeconds = time.Since(began).Seconds()

	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return err
	}
	found.PeakRSSBytes = usage.Maxrss * 1024
	return json.NewEncoder(os.Stdout).Encode(found)
}

func read(path string, settings *Case) (policies []json.RawMessage, identities []Identity, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	for decoder := json.NewDecoder(file); ; {
		var line json.RawMessage
		if err := decoder.Decode(&line); errors.Is(err, io.EOF) {
			return policies, identities, nil
		} else if err != nil {
			return nil, nil, err
		}
		var head struct {
			Kind   string   `json:"kind"`
			Labels []string `json:"labels"`
		}
		if err := json.Unmarshal(line, &head); err != nil {
			return nil, nil, err
		}
		switch {
		case head.Kind != "":
			policies = append(policies, line)
		case head.Labels != nil:
			var one Identity
			if err := json.Unmarshal(line, &one); err != nil {
				return nil, nil, err
			}
			identities = append(identities, one)
		default:
			if err := json.Unmarshal(line, settings); err != nil {
				return nil, nil, err
			}
		}
	}
}

// release is the version of Cilium that this program is made of.
func release() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "github.com/cilium/cilium" {
			return module.Version
		}
	}
	return "unknown"
}
