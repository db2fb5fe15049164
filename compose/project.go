package compose

import "github.com/compose-spec/compose-go/v2/types"

// Options says which project to load, as the global flags of `docker compose`
// do. Zero values mean what they mean there, COMPOSE_* variables included.
type Options struct {
	Files      []string // -f
	Name       string   // -p
	Profiles   []string // --profile
	EnvFiles   []string // --env-file
	ProjectDir string   // --project-directory
	WorkingDir string   // where default files are looked for; empty: the current folder
	Environ    []string // "K=V"; nil: the process's
}

// Project is a loaded compose project.
type Project struct {
	Name     string
	Dir      string   // absolute; what relative paths in the file are relative to
	Files    []string // absolute
	EnvFiles []string // explicit --env-file only, absolute; labelled on containers
	// Model is compose-go's project: active services only, paths resolved,
	// services' environment resolved.
	Model *types.Project
	// Off are services that no active profile enables, sorted.
	Off []string
	// NotApplied are attributes of the files that Berth does not apply (see
	// applied.go), sorted by path.
	NotApplied []Attribute
	// Warnings are what compose-go had to say about the files, such as a
	// variable that is not set and becomes blank.
	Warnings []string
}

// Attribute is one attribute of a compose file by its path.
type Attribute struct {
	Path  string `json:"path"`            // "services.model-api.cap_add"
	Where string `json:"where,omitempty"` // file:line, when known
}
