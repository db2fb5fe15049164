package dockerops

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"

	"berth/stack"
)

// keptProbes is how many runs of a health check the Engine remembers
// (maxLogEntries in moby's daemon/health.go).
const keptProbes = 5

// What the Engine does where a health check, or a container, leaves it open
// (moby's daemon/health.go and daemon/container/container_unix.go).
const (
	defaultProbeInterval = 30 * time.Second
	defaultProbeTimeout  = 30 * time.Second
	defaultProbeRetries  = 3
	defaultStartInterval = 5 * time.Second
	defaultStopTimeout   = 10 * time.Second
)

// Inspect looks closely at the container that plays a role. errors.Is(err, ErrNoContainer) when there is none.
func (e *Engine) Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return stack.Detail{}, err
	}
	d := detailOf(c)
	if d.Check == nil {
		return d, nil
	}
	if older(e.cli.ClientVersion(), startIntervalAPI) {
		d.Check.StartInterval = 0
	}
	image, err := e.cli.ImageInspect(ctx, c.Image)
	switch {
	case err == nil:
		d.Check.Origin = "compose"
		if of := image.Config; of != nil && of.Healthcheck != nil && slices.Equal(of.Healthcheck.Test, c.Config.Healthcheck.Test) {
			d.Check.Origin, d.Check.Retimed = "image", !reflect.DeepEqual(of.Healthcheck, c.Config.Healthcheck)
		}
	case !errdefs.IsNotFound(err): // an image may be removed under its container
		return stack.Detail{}, e.problem(ctx, "looking at image "+c.Image, err)
	}
	return d, nil
}

// current is the container that plays a role now.
func (e *Engine) current(ctx context.Context, r stack.Ref) (container.InspectResponse, error) {
	none := container.InspectResponse{}
	if _, err := e.version(ctx); err != nil {
		return none, err
	}
	what := "looking at " + r.String()
	list, err := e.cli.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ofRole(r, "id")})
	if err != nil {
		return none, e.problem(ctx, what, err)
	}
	playing := actors(list.Items)
	if len(playing) == 0 {
		return none, noContainer(r)
	}
	found, err := e.inspect(ctx, playing[0].ContainerID)
	if errdefs.IsNotFound(err) { // removed in between
		return none, noContainer(r)
	}
	return found, e.problem(ctx, what, err)
}

// actors are the containers of a listing that play their roles now.
func actors(list []container.Summary) []stack.Service {
	claiming := make([]stack.Service, 0, len(list))
	for _, s := range list {
		claiming = append(claiming, stack.Service{
			Ref: refOf(s.ID, s.Labels), OneOff: isOneOff(s.Labels), ContainerID: s.ID, Container: containerName(s.Names),
			Phase: stack.Phase(s.State), CreatedAt: time.Unix(s.Created, 0),
		})
	}
	return stack.Actors(claiming)
}

func noContainer(r stack.Ref) error {
	return &stack.Problem{
		What: r.String() + " has no container", Where: r.Project, Err: ErrNoContainer,
		Hint: "`berth up " + r.Service + "` makes it",
	}
}

func detailOf(c container.InspectResponse) stack.Detail {
	d := stack.Detail{Service: serviceOf(c)}
	if h := stateHealth(c); h != nil {
		d.FailingStreak = h.FailingStreak
		for _, p := range h.Log[max(0, len(h.Log)-keptProbes):] {
			d.Probes = append(d.Probes, stack.Probe{Start: p.Start, End: p.End, ExitCode: p.ExitCode, Output: p.Output})
		}
	}
	if conf := c.Config; conf != nil {
		d.Check = checkOf(conf.Healthcheck)
		d.Entrypoint, d.Command, d.Env = conf.Entrypoint, conf.Cmd, environment(conf.Env)
		d.User, d.StopSignal, d.TTY = conf.User, conf.StopSignal, conf.Tty
		d.StopTimeout = defaultStopTimeout
		if conf.StopTimeout != nil {
			d.StopTimeout = time.Duration(*conf.StopTimeout) * time.Second
		}
	}
	if host := c.HostConfig; host != nil {
		d.LogDriver, d.MemoryLimit = host.LogConfig.Type, host.Memory
		if d.RestartPolicy = string(host.RestartPolicy.Name); host.RestartPolicy.MaximumRetryCount > 0 {
			d.RestartPolicy += ":" + strconv.Itoa(host.RestartPolicy.MaximumRetryCount)
		}
	}
	if c.NetworkSettings != nil {
		for name, at := range c.NetworkSettings.Networks {
			if d.Networks == nil {
				d.Networks = map[string]string{}
			}
			d.Networks[name] = ""
			if at != nil && at.IPAddress.IsValid() {
				d.Networks[name] = at.IPAddress.String()
			}
		}
	}
	for _, m := range c.Mounts {
		source := m.Source
		if m.Type == mount.TypeVolume {
			source = m.Name
		}
		d.Mounts = append(d.Mounts, stack.Mount{Type: string(m.Type), Source: source, Target: m.Destination, ReadOnly: !m.RW})
	}
	return d
}

func environment(list []string) map[string]string {
	env := make(map[string]string, len(list))
	for _, e := range list {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	return env
}

func stateHealth(c container.InspectResponse) *container.Health {
	if c.State == nil {
		return nil
	}
	return c.State.Health
}

// checkOf is the health check in effect, defaults filled in.
func checkOf(h *container.HealthConfig) *stack.Check {
	if h == nil || len(h.Test) == 0 || h.Test[0] == "NONE" {
		return nil
	}
	c := &stack.Check{
		Test: h.Test, Interval: h.Interval, Timeout: h.Timeout,
		StartPeriod: h.StartPeriod, StartInterval: h.StartInterval, Retries: h.Retries,
	}
	if c.Interval == 0 {
		c.Interval = defaultProbeInterval
	}
	if c.Timeout == 0 {
		c.Timeout = defaultProbeTimeout
	}
	if c.Retries == 0 {
		c.Retries = defaultProbeRetries
	}
	if c.StartInterval == 0 && c.StartPeriod > 0 {
		c.StartInterval = defaultStartInterval
	}
	return c
}
