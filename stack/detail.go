package stack

import (
	"slices"
	"time"
)

// Detail is one service looked at closely.
type Detail struct {
	Service
	Check         *Check   `json:"check,omitempty"`  // nil: no health check
	Probes        []Probe  `json:"probes,omitempty"` // at most the last five, oldest first: what the Engine keeps
	FailingStreak int      `json:"failing_streak"`
	Entrypoint    []string `json:"entrypoint,omitempty"`
	Command       []string `json:"command,omitempty"`
	// Env is the environment that the container was made with. It holds
	// secrets, so it is for looking up what a command refers to, never printed.
	Env           map[string]string `json:"-"`
	User          string            `json:"user,omitempty"`
	RestartPolicy string            `json:"restart_policy,omitempty"`
	StopSignal    string            `json:"stop_signal,omitempty"`
	StopTimeout   time.Duration     `json:"stop_timeout,omitempty"` // grace period after the signal
	MemoryLimit   int64             `json:"memory_limit,omitempty"` // bytes; 0: the machine's
	Networks      map[string]string `json:"networks,omitempty"`     // name → address
	Mounts        []Mount           `json:"mounts,omitempty"`
	TTY           bool              `json:"tty,omitempty"`
	LogDriver     string            `json:"log_driver,omitempty"`
}

// Mount is one mounted volume or folder.
type Mount struct {
	Type     string `json:"type"`   // bind, volume, tmpfs
	Source   string `json:"source"` // folder on the Engine's host, or the volume's name
	Target   string `json:"target"`
	ReadOnly bool   `json:"read_only,omitempty"`
}

// Check is the health check in effect.
type Check struct {
	// Test is as the Engine stores it: the first word is CMD (exec the rest)
	// or CMD-SHELL (one string for the shell).
	Test          []string      `json:"test"`
	Interval      time.Duration `json:"interval"`
	Timeout       time.Duration `json:"timeout"`
	StartPeriod   time.Duration `json:"start_period"`
	StartInterval time.Duration `json:"start_interval"` // in it; 0: as ever
	Retries       int           `json:"retries"`
	// Origin is where its command comes from: "image", or "compose" when the
	// container was given one that differs from its image's; empty when that image
	// is gone. Retimed is that the compose file sets some of the timing of the
	// image's command: the Engine takes from the image what a container leaves open
	// (merge in moby's daemon/commit.go).
	Origin  string `json:"origin"`
	Retimed bool   `json:"retimed,omitempty"`
}

// Argv is what to execute to run the check by hand; nil when there is nothing
// to run.
func (c Check) Argv() []string {
	if len(c.Test) < 2 {
		return nil
	}
	if c.Test[0] == "CMD-SHELL" {
		return []string{"/bin/sh", "-c", c.Test[1]}
	}
	return slices.Clone(c.Test[1:])
}

// NextProbe is when the Engine runs the health check next: an interval after
// the last run has ended, which is a shorter one as long as the service starts.
// It is zero when none is due, and in the past while the check runs.
func (d Detail) NextProbe() time.Time {
	c := d.Check
	if c == nil || d.Phase != Running || d.StartedAt.IsZero() {
		return time.Time{}
	}
	from, pause := d.StartedAt, c.Interval
	if n := len(d.Probes); n > 0 && d.Probes[n-1].End.After(from) {
		from = d.Probes[n-1].End
	}
	if c.StartInterval > 0 && d.Health == HealthStarting && from.Before(d.StartedAt.Add(c.StartPeriod)) {
		pause = c.StartInterval
	}
	return from.Add(pause)
}

// Probe is one run of the health check by the Engine.
type Probe struct {
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`
	ExitCode int       `json:"exit_code"` // -1: it timed out
	Output   string    `json:"output"`    // untrusted
}

// ExecResult is a command run inside a container.
type ExecResult struct {
	ExitCode  int    `json:"exit_code"`
	Output    string `json:"output"` // both streams as they came; untrusted
	Truncated int64  `json:"truncated,omitempty"`
}
