package dockerops

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

// The labels of a container that runs beside a service. It has none of docker
// compose's, so that neither takes it for the service or for an orphan.
const (
	labelBeside      = "berth.beside" // the project
	labelBesideOf    = "berth.beside.service"
	labelBesideOwner = "berth.beside.owner"
)

// Beside is a container from another image that runs beside a service's, of
// which it has configuration and networks, but neither names nor folders.
type Beside struct {
	engine *Engine
	id     string
	name   string
	left   []stack.Mount
}

// Name is the container's.
func (b *Beside) Name() string { return b.name }

// Left are the mounts of the service that it does not have: what is shared with
// the running one, or would hide what the image has.
func (b *Beside) Left() []stack.Mount { return b.left }

// Beside makes and starts such a container, as the compose file is now. Its
// ports are published where the Engine finds room, on the host's loopback if
// that can be reached. It has to be removed, whatever happens; what a killed
// Berth leaves, SweepBeside removes.
func (e *Engine) Beside(ctx context.Context, p *compose.Project, service, image, publishHost string, report stack.Report) (*Beside, error) {
	api, err := e.version(ctx)
	if err != nil {
		return nil, err
	}
	a := &application{Engine: e, project: p, api: api, report: report, made: map[stack.Ref]string{}}
	b := &Beside{name: strings.ToLower(fmt.Sprintf("%s-%s-beside-%s", p.Name, service, rand.Text()[:6])), engine: e}
	step := compose.Step{Kind: compose.CreateContainer, Name: b.name, Ref: stack.Ref{Project: p.Name, Service: service}}
	plan, err := a.drawBeside(ctx, b, service, image, publishHost)
	if err == nil {
		b.id, err = a.construct(ctx, plan, b.name, work{step: step, began: time.Now(), report: report})
	}
	if err != nil {
		return nil, e.problem(ctx, "making a container of image "+stack.ShortID(image), err)
	}
	longer, cancel := outlive(ctx)
	defer cancel()
	if _, err = e.cli.ContainerStart(longer, b.id, client.ContainerStartOptions{}); err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, a.undo(ctx, b.id, e.problem(ctx, "starting image "+stack.ShortID(image)+" beside "+service, err))
	}
	return b, nil
}

// drawBeside is how the container is made.
func (a *application) drawBeside(ctx context.Context, b *Beside, service, image, publishHost string) (blueprint, error) {
	none := blueprint{}
	s, err := a.project.Service(service)
	if err != nil {
		return none, err
	}
	if mode := s.NetworkMode; mode == "host" || strings.HasPrefix(mode, types.ServicePrefix) || strings.HasPrefix(mode, types.ContainerPrefix) {
		return none, &stack.Problem{What: "running an image beside " + service, Where: "network_mode: " + mode, Err: errors.New("both would listen on the same port")}
	}
	of, err := a.cli.ImageInspect(ctx, image)
	if err != nil {
		return none, err
	}
	labels := map[string]string{labelBeside: a.project.Name, labelBesideOf: service, labelBesideOwner: owner()}
	if of.Config != nil {
		for name := range of.Config.Labels { // which a container has from its image
			if strings.HasPrefix(name, "com.docker.compose.") {
				labels[name] = ""
			}
		}
	}
	s.Labels, s.Restart, s.Hostname, s.DomainName, s.MacAddress, s.Tty = nil, "no", "", "", "", false
	if s.Deploy != nil {
		deploy := *s.Deploy
		deploy.RestartPolicy = nil
		s.Deploy = &deploy
	}
	s.Volumes = slices.DeleteFunc(slices.Clone(s.Volumes), func(v types.ServiceVolumeConfig) bool {
		shared := v.Type == types.VolumeTypeBind || v.Type == types.VolumeTypeVolume && v.Source != ""
		if shared {
			b.left = append(b.left, stack.Mount{Type: v.Type, Source: v.Source, Target: v.Target, ReadOnly: v.ReadOnly})
		}
		return shared
	})
	s.Ports = slices.DeleteFunc(slices.Clone(s.Ports), func(p types.ServicePortConfig) bool { return p.Protocol == "udp" })
	for i := range s.Ports {
		s.Ports[i].Published = ""
		if loopback(publishHost) {
			s.Ports[i].HostIP = "127.0.0.1"
		}
	}
	plan := blueprint{
		project: a.project, number: 1, api: a.api, proxies: a.conf.proxyEnv(a.at.host), labels: labels,
		image: image, nameless: true,
	}
	plan.service, err = bind(s, a.resolver(ctx))
	return plan, err
}

func loopback(host string) bool {
	return host == "" || host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// Inspect looks at the container; the role it stands beside is the caller's to
// say.
func (b *Beside) Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error) {
	c, err := b.engine.inspect(ctx, b.id)
	if err != nil {
		return stack.Detail{}, b.engine.problem(ctx, "looking at "+b.name, err)
	}
	d := detailOf(c)
	d.Ref = r
	return d, nil
}

// Exec runs a command in it, as Engine.Exec does.
func (b *Beside) Exec(ctx context.Context, _ stack.Ref, argv []string) (stack.ExecResult, error) {
	result, err := b.engine.exec(ctx, b.id, client.ExecCreateOptions{Cmd: argv})
	return result, b.engine.problem(ctx, "running "+strings.Join(argv, " ")+" in "+b.name, err)
}

// Stats is what it uses, as Engine.Stats says.
func (b *Beside) Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error] {
	return b.engine.samples(ctx, r, func(context.Context) (string, error) { return b.id, nil })
}

// LastLines are the last that it wrote; untrusted.
func (b *Beside) LastLines(ctx context.Context, n int) ([]string, error) {
	out, err := b.engine.cli.ContainerLogs(ctx, b.id, client.ContainerLogsOptions{ShowStdout: true, ShowStderr: true, Tail: fmt.Sprint(n)})
	if err != nil {
		return nil, b.engine.problem(ctx, "reading the log of "+b.name, err)
	}
	defer out.Close()
	text, err := collect(out)
	return strings.Split(strings.TrimRight(text.Output, "\n"), "\n"), err
}

// Remove removes it, also when ctx is done.
func (b *Beside) Remove(ctx context.Context) error { return b.engine.removeBeside(ctx, b.id, b.name) }

func (e *Engine) removeBeside(ctx context.Context, id, name string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterwards)
	defer cancel()
	_, err := e.cli.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsConflict(err) { // somebody else removes it just now
		err = nil
	}
	return e.problem(ctx, "removing "+name, unlessGone(err))
}

// SweepBeside removes the containers that killed Berths left beside a project's
// services, and names them.
func (e *Engine) SweepBeside(ctx context.Context, project string) ([]string, error) {
	list, err := e.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: make(client.Filters).Add("label", labelBeside+"="+project)})
	if err != nil {
		return nil, e.problem(ctx, "looking for what was left beside services", err)
	}
	var swept []string
	for _, c := range list.Items {
		if !abandoned(c.Labels[labelBesideOwner], time.Since(time.Unix(c.Created, 0))) {
			continue
		}
		name := containerName(c.Names)
		if err := e.removeBeside(ctx, c.ID, name); err != nil {
			return swept, err
		}
		swept = append(swept, name)
	}
	return swept, nil
}
