package compose

import (
	"time"

	"berth/stack"
)

// Observed is what Reconcile needs to know of the Engine: everything that
// carries the project's label, and the named resources that the project calls
// external.
type Observed struct {
	Containers []Container
	Networks   []Network
	Volumes    []Volume
}

// Container is a container of the project.
type Container struct {
	ID         string
	Name       string // without the slash
	Service    string
	Number     int
	OneOff     bool
	Phase      stack.Phase
	Health     stack.Health
	ExitCode   int
	ConfigHash string // label com.docker.compose.config-hash
	ImageLabel string // label com.docker.compose.image: image ID it was created for
	ImageID    string
	Replaces   string            // label com.docker.compose.replace: left by a recreation that was cut short
	DependsOn  string            // label com.docker.compose.depends_on
	Dir        string            // label com.docker.compose.project.working_dir
	Networks   map[string]string // network name → network ID it is attached to
	Volumes    map[string]string // mount target → volume name, for named volumes
	Created    time.Time
}

// Network is a network of the project, or an external one that it names.
type Network struct {
	ID         string
	Name       string // "churn_default"
	Key        string // label com.docker.compose.network; empty when external or foreign
	ConfigHash string
	Project    string // label com.docker.compose.project; empty when nobody's
}

// Volume is a named volume of the project, or an external one that it names.
type Volume struct {
	Name       string
	Key        string // label com.docker.compose.volume
	ConfigHash string
	Project    string
}
