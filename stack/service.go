package stack

import (
	"slices"
	"strconv"
	"time"
)

// Phase is what a container's life is at, in the Engine's words; Absent when
// there is none.
type Phase string

// The phases. All but Absent are the Engine's State.Status.
const (
	Absent     Phase = "absent"
	Created    Phase = "created"
	Running    Phase = "running"
	Paused     Phase = "paused"
	Restarting Phase = "restarting"
	Removing   Phase = "removing"
	Exited     Phase = "exited"
	Dead       Phase = "dead"
)

// Health is Docker's verdict on the health check; empty when there is none.
type Health string

// The verdicts, in the Engine's words.
const (
	NoCheck        Health = ""
	HealthStarting Health = "starting"
	Healthy        Health = "healthy"
	Unhealthy      Health = "unhealthy"
)

// Serving is Berth's own verdict, from asking the service itself (package
// ready). It is told apart from Health, which lags by a probe interval.
type Serving string

// The verdicts on serving. ServingUnknown means that nobody asked.
const (
	ServingUnknown Serving = ""
	NotServing     Serving = "not serving"
	ServingYes     Serving = "serving"
)

// Port is one published (or only exposed, Host 0) port.
type Port struct {
	HostIP    string `json:"host_ip,omitempty"`
	Host      uint16 `json:"host,omitempty"` // 0: not published
	Container uint16 `json:"container"`
	Protocol  string `json:"protocol"` // tcp, udp, sctp
}

// String is "8000" for 8000→8000, "8001→8000" otherwise, with "/udp" where it
// is not TCP, and the container's port alone where it is not published.
func (p Port) String() string {
	s := strconv.Itoa(int(p.Container))
	if p.Host != 0 && p.Host != p.Container {
		s = strconv.Itoa(int(p.Host)) + "→" + s
	}
	if p.Protocol != "" && p.Protocol != "tcp" {
		s += "/" + p.Protocol
	}
	return s
}

// PortHolder is who has a port of the host.
type PortHolder struct {
	Port      Port
	By        string // "container churn-api-1 of project churn", "python3, process 4242"
	Project   string // of the container
	Container bool   // else a process of this host
}

// Service is one row: a role and the container that plays it now.
type Service struct {
	Ref
	ContainerID string    `json:"container_id,omitempty"` // empty when Phase is Absent
	Container   string    `json:"container,omitempty"`    // its name, without the slash
	Image       string    `json:"image,omitempty"`        // reference it was made from
	ImageID     string    `json:"image_id,omitempty"`
	Phase       Phase     `json:"phase"`
	Health      Health    `json:"health,omitempty"`
	Serving     Serving   `json:"serving,omitempty"`    // filled by workflow, not by the Engine
	ExitCode    int       `json:"exit_code"`            // of the last run; meaningful when not running
	OOMKilled   bool      `json:"oom_killed,omitempty"` // the run that ended last lost a process to the kernel, for memory; see Recall
	Restarts    int       `json:"restarts"`
	CreatedAt   time.Time `json:"created_at,omitzero"`
	StartedAt   time.Time `json:"started_at,omitzero"`
	FinishedAt  time.Time `json:"finished_at,omitzero"`
	Error       string    `json:"error,omitempty"` // why it did not start: the reason, then the Engine's words
	Ports       []Port    `json:"ports,omitempty"`
	OneOff      bool      `json:"one_off,omitempty"` // made by `run`, not by `up`
	Dir         string    `json:"dir,omitempty"`     // of the compose project that it was made from
	ConfigHash  string    `json:"-"`                 // of the configuration that it was made with
	// Answer is what Berth's own probe got last, "200 in 2 ms"; untrusted.
	// ServingSince is when it came to serve in this run of the container; zero
	// where it did before Berth looked.
	// HealthySince is when Docker came to call it healthy; zero where it did so
	// before Berth looked. All three are filled by workflow.
	Answer       string    `json:"answer,omitempty"`
	ServingSince time.Time `json:"serving_since,omitzero"`
	HealthySince time.Time `json:"healthy_since,omitzero"`
	// Cause is why it is not as it should be, as far as that was found out, by
	// workflow; nil: nothing is known to be wrong.
	Cause *Cause `json:"cause,omitempty"`
	// Sources is whether what it was made from is as it was, found out by
	// workflow; nil: that was not looked at, or it is made of nothing here.
	Sources *Sources `json:"sources,omitempty"`
	// Life is what happened to the role, as far as the Engine and Berth remember.
	Life Life `json:"life,omitempty"`
}

// Up reports whether a process of the service is running.
func (s Service) Up() bool { return s.Phase == Running || s.Phase == Paused }

// Finished reports whether it was a job, with nothing to ask it, that did what it
// had to do.
func (s Service) Finished() bool {
	published := slices.ContainsFunc(s.Ports, func(p Port) bool { return p.Host != 0 })
	return s.Phase == Exited && s.ExitCode == 0 && s.Error == "" && s.Health == NoCheck && !published
}

// LastRun is the run that ended last, if it is remembered.
func (s Service) LastRun() (Run, bool) {
	runs := s.Life.Runs(s.ContainerID)
	for n := len(runs) - 1; n >= 0; n-- {
		if !runs[n].Died.IsZero() {
			return runs[n], true
		}
	}
	return Run{}, false
}

// Recall takes in the Life of its role, and what that knows better than the
// Engine's state: for Engine 20.10 a process that is stopped an hour after the
// kernel killed a child of it is out of memory; and one of twenty that ran out
// of memory is not, on a busy host, because the oom event came up to 0.3 s after
// its end, or never (both observed).
func (s *Service) Recall(l Life) {
	s.Life = l
	if run, known := s.LastRun(); known {
		s.OOMKilled = (s.OOMKilled || run.Has(OutOfMemory)) && !run.Asked()
	}
}

// Stopped reports whether the end of its last run was asked for: the Engine was
// told to send it its signal, or SIGKILL. False where that is not remembered.
func (s Service) Stopped() bool {
	runs := s.Life.Runs(s.ContainerID)
	if s.Phase != Exited || len(runs) == 0 {
		return false
	}
	return runs[len(runs)-1].Has(WasSignalled)
}

// Engine is which Docker Engine is being talked to.
type Engine struct {
	Context    string `json:"context"`            // name of the docker context, or "DOCKER_HOST", "--host"
	Endpoint   string `json:"endpoint"`           // unix:///…, tcp://…, ssh://…
	Version    string `json:"version,omitempty"`  // "28.5.2"
	APIVersion string `json:"api,omitempty"`      // negotiated, "1.51"
	Platform   string `json:"platform,omitempty"` // "linux/amd64"
	// PublishHost is where published ports answer, seen from here: 127.0.0.1
	// for a local Engine, the Engine's host for a remote one.
	PublishHost string `json:"publish_host"`
}

// Snapshot is everything known about one project at one moment.
type Snapshot struct {
	At       time.Time `json:"at"`
	Engine   Engine    `json:"engine"`
	Services []Service `json:"services"` // the actor of every role, ordered by Ref; see Actors
	// Down says why the Engine cannot be reached; Services is then what was
	// last known. Empty while it answers.
	Down string `json:"down,omitempty"`
	// Retry is when it will be tried again; zero while it answers.
	Retry time.Time `json:"retry,omitzero"`
}
