package stack

import (
	"cmp"
	"strconv"
)

// Ref names a role, not a container: replica Number of Service in Project.
// Containers come and go; logs, health and history are keyed by Ref and follow
// it across recreation.
type Ref struct {
	Project string `json:"project"`
	Service string `json:"service"`
	Number  int    `json:"number"` // from 1, as the label container-number counts
	// Run is the container's short ID where it was made by `run`: each such
	// container is a role of its own, that nothing comes after.
	Run string `json:"run,omitempty"`
}

// String is the short name a person reads: "model-api", or "model-api-2" for a
// replica beyond the first, "model-api-run-1a2b3c" for a one-off run.
func (r Ref) String() string {
	if r.Run != "" {
		return r.Service + "-run-" + r.Run[:min(len(r.Run), 6)]
	}
	if r.Number <= 1 {
		return r.Service
	}
	return r.Service + "-" + strconv.Itoa(r.Number)
}

// Compare orders by project, service, number and run.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Project, o.Project), cmp.Compare(r.Service, o.Service), cmp.Compare(r.Number, o.Number), cmp.Compare(r.Run, o.Run))
}
