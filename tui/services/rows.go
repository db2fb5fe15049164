// Package services is the list on the left: every service of the project with
// its state, those that no profile enables and those that have no container
// too.
package services

import (
	"slices"

	"berth/stack"
)

// Declared is a service of the compose file.
type Declared struct {
	Name string
	// Off is why no container is expected: "profile debug". Empty: it is part
	// of the project.
	Off string
	// Built: it has a build section.
	Built bool
	// Dir is the project's folder.
	Dir string
	// Hashes are of the configurations that count as the file's; none: it is
	// not known whether a container is as the file says.
	Hashes []string
}

// Row is one line of the list: a replica of a service, or a service without a
// container.
type Row struct {
	stack.Service
	Declared
	// Extra says why a container is here that the compose file does not
	// account for: "orphan", "one-off".
	Extra string
}

// Outdated reports whether the container was made with a configuration that
// the compose file no longer has.
func (r Row) Outdated() bool {
	return r.ConfigHash != "" && len(r.Hashes) > 0 && !slices.Contains(r.Hashes, r.ConfigHash)
}

// Elsewhere reports whether the container was made from another folder, which
// may be somebody else's project of this name.
func (r Row) Elsewhere() bool {
	return r.Service.Dir != "" && r.Declared.Dir != "" && r.Service.Dir != r.Declared.Dir
}

// Rows puts the compose file's services, in its order, and what the Engine has
// together. Containers that the file does not account for come last.
func Rows(project string, declared []Declared, s stack.Snapshot) []Row {
	var rows, extra []Row
	for _, d := range declared {
		found := false
		for _, c := range s.Services {
			if c.Service == d.Name && !c.OneOff {
				rows = append(rows, Row{Service: c, Declared: d})
				found = true
			}
		}
		if !found {
			absent := stack.Service{Ref: stack.Ref{Project: project, Service: d.Name, Number: 1}, Phase: stack.Absent}
			rows = append(rows, Row{Service: absent, Declared: d})
		}
	}
	for _, c := range s.Services {
		known := slices.ContainsFunc(declared, func(d Declared) bool { return d.Name == c.Service })
		switch {
		case c.OneOff:
			extra = append(extra, Row{Service: c, Extra: "one-off"})
		case !known:
			extra = append(extra, Row{Service: c, Extra: "orphan"})
		}
	}
	return append(rows, extra...)
}

// Serving is how many of the services that should serve do. A job that is done
// should not.
func Serving(rows []Row) (serving, expected int) {
	for _, r := range rows {
		if r.Extra != "" || r.Finished() && !r.Stopped() || r.Off != "" && !r.Up() {
			continue
		}
		expected++
		if r.Service.Serving == stack.ServingYes {
			serving++
		}
	}
	return serving, expected
}
