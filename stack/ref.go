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
}

// String is the short name a person reads: "model-api", or "model-api-2" for a
// replica beyond the first.
func (r Ref) String() string {
	if r.Number <= 1 {
		return r.Service
	}
	return r.Service + "-" + strconv.Itoa(r.Number)
}

// Compare orders by project, service and number.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(cmp.Compare(r.Project, o.Project), cmp.Compare(r.Service, o.Service), cmp.Compare(r.Number, o.Number))
}
