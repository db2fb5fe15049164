package dockerops

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"

	"berth/stack"
)

// serviceOf is an inspected container as the role's current actor.
func serviceOf(c container.InspectResponse) stack.Service {
	s := stack.Service{
		ContainerID: c.ID,
		Container:   strings.TrimPrefix(c.Name, "/"),
		ImageID:     c.Image,
		Restarts:    c.RestartCount,
		CreatedAt:   engineTime(c.Created),
		Ports:       portsOf(c),
	}
	if c.Config != nil {
		s.Ref, s.OneOff, s.Image = refOf(c.ID, c.Config.Labels), isOneOff(c.Config.Labels), c.Config.Image
		s.Dir, s.ConfigHash = c.Config.Labels[labelDir], c.Config.Labels[labelConfigHash]
	}
	state := c.State
	if state == nil {
		return s
	}
	s.Phase = stack.Phase(state.Status)
	s.ExitCode, s.OOMKilled, s.Error = state.ExitCode, state.OOMKilled, shortFirst(state.Error)
	s.StartedAt, s.FinishedAt = engineTime(state.StartedAt), engineTime(state.FinishedAt)
	// The Engine keeps the last verdict of a container that stopped.
	if state.Health != nil && s.Up() {
		s.Health = healthOf(state.Health.Status)
	}
	return s
}

// portsOf is what is published now, or would be if the container ran.
func portsOf(c container.InspectResponse) []stack.Port {
	bound := network.PortMap{}
	if c.NetworkSettings != nil && len(c.NetworkSettings.Ports) > 0 {
		bound = c.NetworkSettings.Ports
	} else {
		if c.Config != nil {
			for p := range c.Config.ExposedPorts {
				bound[p] = nil
			}
		}
		if c.HostConfig != nil {
			for p, b := range c.HostConfig.PortBindings {
				bound[p] = b
			}
		}
	}
	var ports []stack.Port
	for p, bindings := range bound {
		port := stack.Port{Container: p.Num(), Protocol: string(p.Proto())}
		if len(bindings) == 0 {
			ports = append(ports, port)
		}
		for _, b := range bindings {
			host, err := strconv.ParseUint(b.HostPort, 10, 16)
			if err != nil {
				host = 0 // "": the Engine will choose; "8000-8010": it will choose from these
			}
			port.Host, port.HostIP = uint16(host), ""
			if b.HostIP.IsValid() {
				port.HostIP = b.HostIP.String()
			}
			if twin := slices.IndexFunc(ports, func(o stack.Port) bool { return sameEverywhere(o, port) }); twin < 0 {
				ports = append(ports, port)
			} else if b.HostIP.Is4() {
				ports[twin] = port
			}
		}
	}
	slices.SortFunc(ports, func(a, b stack.Port) int {
		return cmp.Or(cmp.Compare(a.Container, b.Container), cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Host, b.Host), cmp.Compare(a.HostIP, b.HostIP))
	})
	return ports
}

// sameEverywhere: the Engine lists a port published on all addresses twice,
// for 0.0.0.0 and for [::].
func sameEverywhere(a, b stack.Port) bool {
	everywhere := func(p stack.Port) bool {
		ip, err := netip.ParseAddr(p.HostIP)
		return err == nil && ip.IsUnspecified()
	}
	return everywhere(a) && everywhere(b) && a.Host == b.Host && a.Container == b.Container && a.Protocol == b.Protocol
}
