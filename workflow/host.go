package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"berth/compose"
	"berth/stack"
)

// portsFree looks, before anything is built, whether the host's ports of what is
// to be started are free: a container of another project that has one is an
// error, since a start would fail; a process of this host is a warning, since
// the Engine may be in another network.
func (s Stack) portsFree(ctx context.Context, p *compose.Project, services []string, o compose.Observed, report stack.Report) error {
	wanted, of := wantedPorts(p, services, o)
	if len(wanted) == 0 {
		return nil
	}
	holders, err := s.Engine.PortHolders(ctx, wanted)
	if err != nil {
		return err
	}
	var errs []error
	for _, h := range holders {
		name := of[h.Port]
		switch taken := fmt.Sprintf("port %d is taken by %s", h.Port.Host, h.By); {
		case h.Container && h.Project == p.Name:
			// This project's own, which may be about to let it go.
		case h.Container:
			errs = append(errs, &stack.Problem{
				What: "starting " + name, Err: errors.New(taken),
				Hint: "free it, or publish another port of " + name,
			})
		default:
			report(stack.Progress{
				ID: "port " + strconv.Itoa(int(h.Port.Host)), Service: name, Action: stack.ActNote, Status: stack.Warning,
				Subject: name, Text: taken + ": it may not start; free the port, or publish another",
			})
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// wantedPorts are the single ports that services publish of which no container
// is up, and whose each is.
func wantedPorts(p *compose.Project, services []string, o compose.Observed) ([]stack.Port, map[stack.Port]string) {
	var ports []stack.Port
	of := map[stack.Port]string{}
	for _, name := range services {
		up := slices.ContainsFunc(o.Containers, func(c compose.Container) bool {
			return c.Service == name && !c.OneOff && (c.Phase == stack.Running || c.Phase == stack.Paused || c.Phase == stack.Restarting)
		})
		if up {
			continue
		}
		for _, c := range p.Model.Services[name].Ports {
			host, err := strconv.ParseUint(c.Published, 10, 16)
			if err != nil || host == 0 {
				continue // a range, or the Engine's choice
			}
			port := stack.Port{HostIP: c.HostIP, Host: uint16(host), Container: uint16(c.Target), Protocol: c.Protocol}
			if _, twice := of[port]; !twice {
				ports = append(ports, port)
			}
			of[port] = name
		}
	}
	return ports, of
}

// noteMissing adds what is mounted and not there to a plan, where the Engine's
// folders are this machine's.
func (s Stack) noteMissing(p *compose.Project, services []string, plan *compose.Plan) {
	if s.here() {
		plan.Notes = append(plan.Notes, p.MissingBinds(services)...)
	}
}
