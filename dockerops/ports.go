package dockerops

import (
	"context"
	"regexp"
	"strconv"

	"github.com/moby/moby/client"
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

// holderOf says who has a port, as far as it can be known: a container of the
// Engine, or, where that runs on this host, a process whose files may be read.
func (a *application) holderOf(ctx context.Context, port uint16) string {
	list, err := a.cli.ContainerList(ctx, client.ContainerListOptions{})
	if err == nil {
		for _, c := range list.Items {
			for _, p := range c.Ports {
				if p.PublicPort != port {
					continue
				}
				by := " by container " + containerName(c.Names)
				if project := c.Labels[labelProject]; project != "" {
					by += " of project " + project
				}
				return by
			}
		}
	}
	if a.at.url.Scheme == "unix" {
		if process, ok := listener(port); ok {
			return " by " + process
		}
	}
	return ""
}
