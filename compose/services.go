package compose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// Names lists the active services: dependencies before what depends on them,
// by name where it does not matter.
func (p *Project) Names() []string {
	return p.inOrder(slices.Collect(maps.Keys(p.Model.Services)))
}

// Service gives an active service. Its error is bad usage and says what may
// have been meant, or which profile turns the service on.
func (p *Project) Service(name string) (types.ServiceConfig, error) {
	s, ok := p.Model.Services[name]
	if ok {
		return s, nil
	}
	problem := &stack.Problem{What: "no service named " + name, Err: stack.ErrUsage}
	if _, ok := p.Model.DisabledServices[name]; ok {
		problem.What = "the service " + name + " is off"
		problem.Hint = "turn it on with --profile " + p.profile(name)
	} else if best := closest(name, slices.Collect(maps.Keys(p.Model.Services))); best != "" {
		problem.Hint = "did you mean " + best + "?"
	} else {
		problem.Hint = "the services are " + strings.Join(p.Names(), ", ")
	}
	return types.ServiceConfig{}, problem
}

// Role is the service that a name means, and which of its replicas: "api-2" is the
// second of api, where no service is called that. 0: all of them.
func (p *Project) Role(name string) (service string, number int) {
	at := strings.LastIndexByte(name, '-')
	if _, ok := p.Model.Services[name]; ok || at < 0 {
		return name, 0
	}
	if n, err := strconv.Atoi(name[at+1:]); err == nil && n > 0 {
		if _, ok := p.Model.Services[name[:at]]; ok {
			return name[:at], n
		}
	}
	return name, 0
}

// roles takes names apart: the services, and of those whose replicas alone are
// named these.
func (p *Project) roles(names []string) (services []string, replicas map[string][]int) {
	replicas = map[string][]int{}
	for _, name := range names {
		service, number := p.Role(name)
		services = append(services, service)
		if number > 0 && !slices.Contains(names, service) {
			replicas[service] = append(replicas[service], number)
		}
	}
	return services, replicas
}

// profile is one that turns a service on that is off.
func (p *Project) profile(name string) string {
	return p.Model.DisabledServices[name].Profiles[0] // it is off because of its profiles
}

// Select gives the named services (none: all active ones) in dependency
// order, with what they depend on if deps is set.
func (p *Project) Select(names []string, deps bool) ([]string, error) {
	if len(names) == 0 {
		return p.Names(), nil
	}
	chosen := map[string]bool{}
	var choose func(name string)
	choose = func(name string) {
		s, active := p.Model.Services[name]
		if !active || chosen[name] {
			return
		}
		chosen[name] = true
		for dependency := range s.DependsOn {
			if deps {
				choose(dependency)
			}
		}
	}
	for _, name := range names {
		if _, err := p.Service(name); err != nil {
			return nil, err
		}
		choose(name)
	}
	return p.inOrder(slices.Collect(maps.Keys(chosen))), nil
}

// inOrder sorts services so that dependencies come first. compose-go has
// refused circles.
func (p *Project) inOrder(names []string) []string {
	slices.Sort(names)
	ordered := make([]string, 0, len(names))
	visited := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if visited[name] {
			return
		}
		visited[name] = true
		for _, dependency := range slices.Sorted(maps.Keys(p.Model.Services[name].DependsOn)) {
			visit(dependency)
		}
		if slices.Contains(names, name) {
			ordered = append(ordered, name)
		}
	}
	for _, name := range names {
		visit(name)
	}
	return ordered
}

// ImageName is what a service's image is called: its image:, or the name that
// a built one gets.
func (p *Project) ImageName(service string) string {
	if image := p.Model.Services[service].Image; image != "" {
		return image
	}
	return p.Name + "-" + service
}

// ContainerName is what replica number (from 1) of a service is called.
func (p *Project) ContainerName(service string, number int) string {
	if name := p.Model.Services[service].ContainerName; name != "" {
		return name
	}
	return fmt.Sprintf("%s-%s-%d", p.Name, service, number)
}
