package dockerops

import (
	"cmp"
	"context"
	"net/netip"
	"regexp"
	"slices"
	"strconv"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/stack"
)

// takenPort finds the port in the Engine's words. In order: moby's port
// allocator, its proxy up to 27, its binding since 28.
var takenPort = []*regexp.Regexp{
	regexp.MustCompile(`Bind for \S*:(\d+) failed: port is already allocated`),
	regexp.MustCompile(`listen \w+ \S*:(\d+): bind: address already in use`),
	regexp.MustCompile(`failed to bind host port (?:for )?(?:[\d.]+|\[[^\]]*\]):(\d+)[:/].*address already in use`),
}

func portOf(words string) (uint16, bool) {
	for _, form := range takenPort {
		if m := form.FindStringSubmatch(words); m != nil {
			n, err := strconv.ParseUint(m[1], 10, 16)
			return uint16(n), err == nil
		}
	}
	return 0, false
}

// holderOf says who has a port, as far as it can be known.
func (e *Engine) holderOf(ctx context.Context, port uint16) string {
	holders, err := e.PortHolders(ctx, []stack.Port{{Host: port}})
	if err != nil || len(holders) == 0 {
		return ""
	}
	return " by " + holders[0].By
}

// PortHolders says who has ports of the host already: a container of the Engine,
// or, where that runs on this host, a process whose files may be read. Such an
// Engine may still be in a network of its own, which a process here does not
// disturb. None: nobody, as far as it can be known.
func (e *Engine) PortHolders(ctx context.Context, ports []stack.Port) ([]stack.PortHolder, error) {
	if _, err := e.version(ctx); err != nil {
		return nil, err
	}
	list, err := e.cli.ContainerList(ctx, client.ContainerListOptions{})
	if err != nil {
		return nil, e.problem(ctx, "looking for who has the ports", err)
	}
	var holders []stack.PortHolder
	for _, port := range ports {
		h := stack.PortHolder{Port: port}
		for _, c := range list.Items {
			if slices.ContainsFunc(c.Ports, func(p container.PortSummary) bool {
				return p.PublicPort == port.Host && p.Type == cmp.Or(port.Protocol, p.Type) && overlap(p.IP.String(), port.HostIP)
			}) {
				h.Project, h.By = c.Labels[labelProject], "container "+containerName(c.Names)
				if h.Project != "" {
					h.By += " of project " + h.Project
				}
				h.Container = true
				break
			}
		}
		if h.By == "" && e.at.url.Scheme == "unix" && (port.Protocol == "" || port.Protocol == "tcp") {
			h.By, _ = listener(port)
		}
		if h.By != "" {
			holders = append(holders, h)
		}
	}
	return holders, nil
}

// overlap reports whether a port cannot be bound to both addresses.
func overlap(a, b string) bool {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	return errX != nil || errY != nil || x.IsUnspecified() || y.IsUnspecified() || x == y
}
