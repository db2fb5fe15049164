package dockerops

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"berth/compose"
)

// blueprint is everything that decides what a container is created with. What
// it becomes is a pure function of it, and the same as docker compose makes of
// it (v2.40, pkg/compose/create.go), compared field by field in
// TestSameAsCompose.
type blueprint struct {
	project *compose.Project
	service types.ServiceConfig // references to other services bound to containers
	number  int
	labels  map[string]string
	proxies map[string]string // environment from the docker CLI's configuration
	api     string            // the Engine's version

	imageVolumes map[string]struct{}    // VOLUMEs of the image
	inherit      []container.MountPoint // of the container that is replaced

	image    string // instead of the service's; empty: that
	nameless bool   // its networks know it by no name or address of the service's
}

// creation is how to create a container: in one call, then a connection to
// each further network (by name) where the call takes only one.
type creation struct {
	options client.ContainerCreateOptions
	connect map[string]*network.EndpointSettings
	// ignored are attributes that this Engine does not know, with the reason.
	ignored []string
}

// create works the blueprint out; the name is the caller's to set.
func (b blueprint) create() (creation, error) {
	s := b.service
	c := creation{options: client.ContainerCreateOptions{Config: &container.Config{
		Hostname:     s.Hostname,
		Domainname:   s.DomainName,
		User:         s.User,
		Tty:          s.Tty,
		OpenStdin:    s.StdinOpen,
		AttachStdout: true,
		AttachStderr: true,
		Cmd:          s.Command,
		Entrypoint:   s.Entrypoint,
		Image:        cmp.Or(b.image, b.project.ImageName(s.Name)),
		WorkingDir:   s.WorkingDir,
		Labels:       b.labels,
		StopSignal:   s.StopSignal,
		StopTimeout:  seconds(s.StopGracePeriod),
		Env:          b.environment(),
	}}}
	var err error
	if c.options.Config.ExposedPorts, err = exposedPorts(s); err != nil {
		return creation{}, err
	}
	c.options.Config.Healthcheck = b.healthcheck()
	c.ignored = b.beyond()
	if c.options.HostConfig, err = b.hostConfig(); err != nil {
		return creation{}, err
	}
	if c.options.Platform, err = b.platform(); err != nil {
		return creation{}, err
	}
	return c, b.network(&c)
}

// environment is the service's over the proxies'. A name without a value is
// one that the file names and nobody sets.
func (b blueprint) environment() []string {
	env := map[string]string{}
	for name, value := range b.proxies {
		env[name] = name + "=" + value
	}
	for name, value := range b.service.Environment {
		env[name] = name
		if value != nil {
			env[name] += "=" + *value
		}
	}
	return slices.Sorted(maps.Values(env))
}

// startIntervalAPI is the first version that probes faster while starting.
const startIntervalAPI = "1.44"

func (b blueprint) healthcheck() *container.HealthConfig {
	check := b.service.HealthCheck
	if check == nil {
		return nil
	}
	h := &container.HealthConfig{
		Test:        check.Test,
		Interval:    duration(check.Interval),
		Timeout:     duration(check.Timeout),
		StartPeriod: duration(check.StartPeriod),
	}
	if check.Disable {
		h.Test = []string{"NONE"}
	}
	if check.Retries != nil {
		h.Retries = int(*check.Retries) //nolint:gosec // a count of retries
	}
	if !older(b.api, startIntervalAPI) {
		h.StartInterval = duration(check.StartInterval)
	}
	return h
}

func duration(d *types.Duration) time.Duration {
	if d == nil {
		return 0
	}
	return time.Duration(*d)
}

func seconds(d *types.Duration) *int {
	if d == nil {
		return nil
	}
	n := int(duration(d).Seconds())
	return &n
}

func exposedPorts(s types.ServiceConfig) (network.PortSet, error) {
	ports := network.PortSet{}
	for _, e := range s.Expose {
		some, err := network.ParsePortRange(e)
		if err != nil {
			return nil, err
		}
		for p := range some.All() {
			ports[p] = struct{}{}
		}
	}
	for _, p := range s.Ports {
		port, err := containerPort(p)
		if err != nil {
			return nil, err
		}
		ports[port] = struct{}{}
	}
	return ports, nil
}

// bind puts containers in place of the services whose namespaces are shared.
func bind(s types.ServiceConfig, resolve func(service string) (containerID string, ok bool)) (types.ServiceConfig, error) {
	for _, mode := range []*string{&s.NetworkMode, &s.Ipc, &s.Pid} {
		name, shared := strings.CutPrefix(*mode, types.ServicePrefix)
		if !shared {
			continue
		}
		id, ok := resolve(name)
		if !ok {
			return s, errNoShare(name)
		}
		*mode = types.ContainerPrefix + id
	}
	return s, nil
}
