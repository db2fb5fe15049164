package tui

import (
	"slices"
	"strings"

	"berth/stack"
	"berth/tui/feed"
)

// jobs is the work that runs, in the order of its beginning. Pieces of work
// that touch a service in common would get in each other's way: there is one
// for a service at a time.
type jobs []*job

// touching is the work that touches one of the services; none named: any work.
func (all jobs) touching(services ...string) *job {
	for _, j := range all {
		if len(services) == 0 || len(j.services) == 0 || slices.ContainsFunc(services, j.touches) {
			return j
		}
	}
	return nil
}

// current is the work that one means: that of the service, or the last begun.
func (all jobs) current(service string) *job {
	if j := all.touching(service); j != nil {
		return j
	}
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// from is the work whose reports come from a stream.
func (all jobs) from(s *feed.Stream[stack.Progress]) *job {
	for _, j := range all {
		if j.stream == s {
			return j
		}
	}
	return nil
}

func (all jobs) without(j *job) jobs {
	return slices.DeleteFunc(all, func(other *job) bool { return other == j })
}

// String names them.
func (all jobs) String() string {
	var titles []string
	for _, j := range all {
		titles = append(titles, j.Title)
	}
	return strings.Join(titles, " and ")
}

// touches reports whether the work is about a service.
func (j *job) touches(service string) bool {
	return len(j.services) == 0 || slices.Contains(j.services, service)
}
