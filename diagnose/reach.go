package diagnose

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"berth/stack"
)

// patient is how long nothing may listen before that is a cause: models load
// slowly.
const patient = time.Minute

// unreachable is of a service that runs and does not serve, because of where it
// listens.
func unreachable(f Facts) *stack.Cause {
	if f.Phase != stack.Running || f.Serving == stack.ServingYes || !f.Looked {
		return nil
	}
	for _, p := range f.Ports {
		if p.Host == 0 || p.Protocol != "" && p.Protocol != "tcp" || f.reachable(p.Container) {
			continue
		}
		if f.loopback(p.Container) {
			return &stack.Cause{
				Short:  "listens on localhost",
				Text:   fmt.Sprintf("It listens on port %d of 127.0.0.1 inside the container, which nothing outside reaches.", p.Container),
				Advice: "Let it listen on 0.0.0.0: uvicorn and flask run take --host 0.0.0.0, gunicorn --bind 0.0.0.0:" + fmt.Sprint(p.Container) + ".",
			}
		}
		if others := f.others(); len(others) > 0 {
			return &stack.Cause{
				Short:  "wrong port",
				Text:   fmt.Sprintf("Port %d is published, but it listens on %s.", p.Container, strings.Join(others, ", ")),
				Advice: "Publish that port, or let it listen on " + fmt.Sprint(p.Container) + ".",
			}
		}
		if f.Now.Sub(f.StartedAt) > patient {
			return &stack.Cause{
				Short: "nothing listens", Text: fmt.Sprintf("Nothing in the container listens on port %d, %s after its start.", p.Container, stack.Took(f.Now.Sub(f.StartedAt))),
				Advice: "It still loads, or it waits for something: its last lines may tell.", Lines: last(f.Lines),
			}
		}
	}
	return nil
}

func (f Facts) loopback(port uint16) bool {
	return slices.ContainsFunc(f.Listening, func(a netip.AddrPort) bool { return a.Port() == port && a.Addr().Unmap().IsLoopback() })
}

func (f Facts) reachable(port uint16) bool {
	return slices.ContainsFunc(f.Listening, func(a netip.AddrPort) bool { return a.Port() == port && !a.Addr().Unmap().IsLoopback() })
}

// others is where it listens that is of use from outside.
func (f Facts) others() []string {
	var ports []string
	for _, a := range f.Listening {
		if s := fmt.Sprint(a.Port()); !a.Addr().Unmap().IsLoopback() && !slices.Contains(ports, s) {
			ports = append(ports, s)
		}
	}
	return ports
}

// silent is of a service that runs, has run for long, does not serve, and gives
// no better reason than its last words.
func silent(f Facts) *stack.Cause {
	if f.Phase != stack.Running || f.Serving != stack.NotServing || f.Now.Sub(f.StartedAt) < patient {
		return nil
	}
	c := said(f)
	if c == nil {
		c = &stack.Cause{Text: "It does not serve, " + stack.Took(f.Now.Sub(f.StartedAt)) + " after its start."}
		if f.Answer != "" {
			c.Text = strings.TrimSuffix(c.Text, ".") + ": " + f.Answer
		}
	}
	if c.Short == "" {
		c.Short = "not serving"
	}
	c.Lines = last(f.Lines)
	return c
}
