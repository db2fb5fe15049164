package dockerops

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"berth/compose"
	"berth/stack"
)

// Observe looks at everything that carries the project's label, and at the
// networks and volumes that the project names without owning them: one listing
// per kind, all at once.
func (e *Engine) Observe(ctx context.Context, p *compose.Project) (compose.Observed, error) {
	var o compose.Observed
	if _, err := e.version(ctx); err != nil {
		return o, err
	}
	what := "looking at project " + p.Name
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { o.Containers, err = e.listContainers(gctx, p.Name); return err })
	g.Go(func() (err error) { o.Networks, err = e.listNetworks(gctx, p); return err })
	g.Go(func() (err error) { o.Volumes, err = e.listVolumes(gctx, p); return err })
	if err := g.Wait(); err != nil {
		return compose.Observed{}, e.problem(ctx, what, err)
	}
	return o, nil
}

func (e *Engine) listContainers(ctx context.Context, project string) ([]compose.Container, error) {
	list, err := e.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ofProject(project)})
	if err != nil {
		return nil, err
	}
	found := make([]compose.Container, 0, len(list.Items))
	for _, s := range list.Items {
		found = append(found, observedContainer(s))
	}
	slices.SortFunc(found, func(a, b compose.Container) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Number, b.Number), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// Projects names the projects that have containers made from a folder.
func (e *Engine) Projects(ctx context.Context, dir string) ([]string, error) {
	list, err := e.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("label", labelDir+"="+dir)})
	if err != nil {
		return nil, e.problem(ctx, "looking for projects of "+dir, err)
	}
	var names []string
	for _, s := range list.Items {
		names = append(names, s.Labels[labelProject])
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func observedContainer(s container.Summary) compose.Container {
	ref := refOf(s.ID, s.Labels)
	health, exit := statusText(s.Status)
	if s.Health != nil { // since API 1.52
		health = healthOf(s.Health.Status)
	}
	c := compose.Container{
		ID: s.ID, Name: containerName(s.Names), Service: ref.Service, Number: ref.Number, OneOff: isOneOff(s.Labels),
		Phase: stack.Phase(s.State), Health: health, ExitCode: exit,
		ConfigHash: s.Labels[labelConfigHash], ImageLabel: s.Labels[labelImage], ImageID: s.ImageID,
		Replaces: s.Labels[labelReplace], DependsOn: s.Labels[labelDependsOn], Dir: s.Labels[labelDir],
		Networks: map[string]string{}, Volumes: map[string]string{},
		Created: time.Unix(s.Created, 0),
	}
	if s.NetworkSettings != nil {
		for name, endpoint := range s.NetworkSettings.Networks {
			if endpoint != nil {
				c.Networks[name] = endpoint.NetworkID
			}
		}
	}
	for _, m := range s.Mounts {
		if m.Type == mount.TypeVolume {
			c.Volumes[m.Destination] = m.Name
		}
	}
	return c
}

// containerName is the one name without a second slash: links add others.
func containerName(names []string) string {
	for _, n := range names {
		if n = strings.TrimPrefix(n, "/"); !strings.Contains(n, "/") {
			return n
		}
	}
	return ""
}

var exitedText = regexp.MustCompile(`^(?:Exited|Restarting) \((-?\d+)\)`)

// statusText reads what a listing says in words only, before API 1.52: "Up 2
// minutes (healthy)", "Up 1 second (health: starting)", "Exited (137) 3 hours
// ago". The words are the Engine's, see moby's daemon/container State.String.
func statusText(s string) (stack.Health, int) {
	if m := exitedText.FindStringSubmatch(s); m != nil {
		code, err := strconv.Atoi(m[1])
		if err != nil {
			return stack.NoCheck, -1 // more digits than a status has
		}
		return stack.NoCheck, code
	}
	switch {
	case strings.HasSuffix(s, "(healthy)"):
		return stack.Healthy, 0
	case strings.HasSuffix(s, "(unhealthy)"):
		return stack.Unhealthy, 0
	case strings.HasSuffix(s, "(health: starting)"):
		return stack.HealthStarting, 0
	}
	return stack.NoCheck, 0
}

func healthOf(s container.HealthStatus) stack.Health {
	if s == container.NoHealthcheck {
		return stack.NoCheck
	}
	return stack.Health(s)
}

// listNetworks lists all of them, which are few, because a foreign one may
// have a name that the project uses.
func (e *Engine) listNetworks(ctx context.Context, p *compose.Project) ([]compose.Network, error) {
	list, err := e.cli.NetworkList(ctx, client.NetworkListOptions{})
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	if p.Model != nil {
		for _, n := range p.Model.Networks {
			named[n.Name] = true
		}
	}
	var found []compose.Network
	for _, n := range list.Items {
		if n.Labels[labelProject] == p.Name || named[n.Name] || named[n.ID] {
			found = append(found, compose.Network{
				ID: n.ID, Name: n.Name, Key: n.Labels[labelNetwork],
				ConfigHash: n.Labels[labelConfigHash], Project: n.Labels[labelProject],
			})
		}
	}
	slices.SortFunc(found, func(a, b compose.Network) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return found, nil
}

// listVolumes lists the project's; there can be thousands of others. One that
// the project names and that is not among its own is asked for by name.
func (e *Engine) listVolumes(ctx context.Context, p *compose.Project) ([]compose.Volume, error) {
	list, err := e.cli.VolumeList(ctx, client.VolumeListOptions{Filters: ofProject(p.Name)})
	if err != nil {
		return nil, err
	}
	own := map[string]bool{}
	var found []compose.Volume
	add := func(name string, labels map[string]string) {
		own[name] = true
		found = append(found, compose.Volume{
			Name: name, Key: labels[labelVolume], ConfigHash: labels[labelConfigHash], Project: labels[labelProject],
		})
	}
	for _, v := range list.Items {
		add(v.Name, v.Labels)
	}
	if p.Model != nil {
		for _, v := range p.Model.Volumes {
			if own[v.Name] {
				continue
			}
			foreign, err := e.cli.VolumeInspect(ctx, v.Name, client.VolumeInspectOptions{})
			switch {
			case err == nil:
				add(foreign.Volume.Name, foreign.Volume.Labels)
			case !errdefs.IsNotFound(err):
				return nil, err
			}
		}
	}
	slices.SortFunc(found, func(a, b compose.Volume) int { return cmp.Compare(a.Name, b.Name) })
	return found, nil
}
