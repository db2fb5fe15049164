package compose

import (
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

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
	// Parallel is how much may be done at once (COMPOSE_PARALLEL_LIMIT); 0:
	// not said.
	Parallel int

	included []string // files that Files include, absolute

	whole   *types.Project // as loaded: all networks and volumes, environment not resolved
	unknown []Attribute    // NotApplied of all services
}

// Enable switches on what the profiles of the named services switch on, as
// naming a service does in docker compose. Names that are not of the project
// are for Select to refuse.
func (p *Project) Enable(names []string) (*Project, error) {
	off := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(p.Off, name) })
	if len(off) == 0 || p.whole == nil {
		return p, nil
	}
	whole, err := p.whole.WithServicesEnabled(off...)
	if err != nil {
		return nil, &stack.Problem{What: "switching on " + list(off), Err: err}
	}
	more, err := p.with(whole)
	if err != nil {
		return nil, &stack.Problem{What: "switching on " + list(off), Err: err}
	}
	return more, nil
}

// with is the project with the services that are active in whole, and does to
// them what docker compose does before it hashes.
func (p *Project) with(whole *types.Project) (*Project, error) {
	model, err := whole.WithoutUnnecessaryResources().WithServicesEnvironmentResolved(true)
	if err != nil {
		return nil, err
	}
	platform := model.Environment["DOCKER_DEFAULT_PLATFORM"]
	for name, s := range model.Services {
		if s.Build != nil && s.Platform == "" {
			s.Platform = platform
			model.Services[name] = s
		}
	}
	if err := model.CheckContainerNameUnicity(); err != nil {
		return nil, err
	}
	with := *p
	with.whole, with.Model, with.Off, with.NotApplied = whole, model, model.DisabledServiceNames(), nil
	for _, a := range p.unknown {
		// Services that are off have nothing applied anyway.
		if _, active := model.Services[a.service]; active || a.service == "" {
			with.NotApplied = append(with.NotApplied, a)
		}
	}
	return &with, nil
}

// Attribute is one attribute of a compose file by its path.
type Attribute struct {
	Path  string `json:"path"`            // "services.model-api.cap_add"
	Where string `json:"where,omitempty"` // file:line, when known

	service string // whose it is; empty for networks and volumes
}
