package stack

import "slices"

// Dependent is a service that another one's state is waited for by.
type Dependent struct {
	Service   string `json:"service"`
	Condition string `json:"condition"` // of depends_on: service_healthy, …
	// Waiting: it does not run, and what it waits for has not come.
	Waiting bool `json:"waiting"`
}

// The conditions of depends_on.
const (
	OnStarted   = "service_started"
	OnHealthy   = "service_healthy"
	OnCompleted = "service_completed_successfully"
)

// Dependents fills in who of those that need a service waits for it.
func Dependents(s Service, needing []Dependent, all []Service) []Dependent {
	needing = slices.Clone(needing)
	for i := range needing {
		d := &needing[i]
		running := slices.ContainsFunc(all, func(o Service) bool { return o.Service == d.Service && !o.OneOff && o.Up() })
		d.Waiting = !running && !s.meets(d.Condition)
	}
	return needing
}

func (s Service) meets(condition string) bool {
	switch condition {
	case OnHealthy:
		return s.Up() && s.Health == Healthy
	case OnCompleted:
		return s.Phase == Exited && s.ExitCode == 0
	default:
		return s.Up()
	}
}
