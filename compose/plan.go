package compose

import (
	"time"

	"berth/stack"
)

// Kind is what a step does.
type Kind string

// The kinds of steps. A RecreateContainer creates the replacement under a
// temporary name, stops and removes the old one, and renames; a start follows
// as a step of its own.
const (
	CreateNetwork     Kind = "create network"
	RemoveNetwork     Kind = "remove network"
	CreateVolume      Kind = "create volume"
	RemoveVolume      Kind = "remove volume"
	CreateContainer   Kind = "create container"
	RecreateContainer Kind = "recreate container"
	StartContainer    Kind = "start container"
	StopContainer     Kind = "stop container"
	RestartContainer  Kind = "restart container"
	RemoveContainer   Kind = "remove container"
	WaitDependency    Kind = "wait"
)

// Condition is what a dependent waits for, in compose's words.
type Condition string

// The conditions of depends_on.
const (
	ServiceStarted   Condition = "service_started"
	ServiceHealthy   Condition = "service_healthy"
	ServiceCompleted Condition = "service_completed_successfully"
)

// Step is one thing to do, and why.
type Step struct {
	ID   int       `json:"id"`   // its place in the Plan, from 1
	Kind Kind      `json:"kind"` // what to do
	Ref  stack.Ref `json:"ref"`  // the role, for containers; Project only, for the rest
	// Key is the network's or volume's name in the compose file.
	Key string `json:"key,omitempty"`
	// Name is the resource's name on the Engine: "churn-model-api-1".
	Name string `json:"name,omitempty"`
	// Target is the ID of the existing resource that the step acts on; empty
	// when an earlier step of the Plan makes it (or, for a StartContainer or
	// WaitDependency, when Ref says which).
	Target string `json:"target,omitempty"`
	// Cause is why, as a person reads it: "configuration changed", "image
	// changed 1a2b3c → 9f8e7d", "not there yet".
	Cause string `json:"cause"`
	// After are the IDs of the steps that must be done first.
	After []int `json:"after,omitempty"`
	// Until is what a WaitDependency waits for, of all replicas of Ref.Service.
	Until Condition `json:"until,omitempty"`
	// Optional: a failure of the dependency is a warning (required: false).
	Optional bool `json:"optional,omitempty"`
	// Grace is how long a container that is stopped, restarted or recreated has to
	// end by itself, in whole seconds, instead of its own; nil: its own.
	Grace *time.Duration `json:"grace,omitempty"`
	// Anonymous: a RemoveContainer takes its anonymous volumes along.
	Anonymous bool `json:"anonymous,omitempty"`
}

// Plan is what to do, in an order that satisfies every After.
type Plan struct {
	Project string `json:"project"`
	Steps   []Step `json:"steps"`
	// Unchanged are the containers that stay as they are.
	Unchanged []stack.Ref `json:"unchanged"`
	// Notes are what a person should know though nothing is done about it:
	// orphans that stay, a volume whose configuration changed.
	Notes []string `json:"notes"`
	// Pending are services whose image is not known before it is built or
	// pulled: "build model-api; recreate it if the image changes".
	Pending []string `json:"pending"`
}

// Empty reports whether there is nothing to do.
func (p Plan) Empty() bool { return len(p.Steps) == 0 }

// Op is what is asked for.
type Op string

// What can be asked for.
const (
	OpUp      Op = "up"
	OpDown    Op = "down"
	OpStop    Op = "stop"
	OpStart   Op = "start"
	OpRestart Op = "restart"
)

// Request is what a person asks of a project.
type Request struct {
	Op            Op
	Services      []string // none: all that the profiles enable; to stop and restart also replicas, as "api-2"
	NoDeps        bool
	ForceRecreate bool
	NoRecreate    bool
	RemoveOrphans bool
	KeepOrphans   bool           // whatever COMPOSE_REMOVE_ORPHANS says
	RemoveVolumes bool           // down -v: named volumes too
	Grace         *time.Duration // see Step.Grace
}
