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

// Need is a service whose state another one waits for.
type Need struct {
	Service   string `json:"service"`
	Condition string `json:"condition"`
	State     string `json:"state"` // in which it is instead
}

// String is "db (service_healthy), which is unhealthy".
func (n Need) String() string {
	return n.Service + " (" + n.Condition + "), which is " + n.State
}

// Needs is what a service waits for that was made and not started yet. needing is who needs what,
// by the service that is needed.
func Needs(s Service, needing map[string][]Dependent, all []Service) (needs []Need) {
	if s.Phase != Created {
		return nil
	}
	for _, o := range all {
		if o.OneOff {
			continue
		}
		for _, d := range needing[o.Service] {
			if d.Service == s.Service && !o.meets(d.Condition) {
				needs = append(needs, Need{o.Ref.String(), d.Condition, o.unmet()})
			}
		}
	}
	return needs
}

// unmet is the state of what is waited for.
func (s Service) unmet() string {
	switch {
	case s.Phase == Absent:
		return "not there"
	case s.Up() && s.Health == NoCheck:
		return "running"
	case s.Up():
		return string(s.Health)
	}
	return s.State()
}
