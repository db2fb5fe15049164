package dockerops

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

func (a *application) createContainer(ctx context.Context, s compose.Step, w work) error {
	b, err := a.draw(ctx, s)
	if err != nil {
		return err
	}
	id, err := a.construct(ctx, b, s.Name, w)
	if errdefs.IsConflict(err) {
		if id, same := a.twin(ctx, b, s.Name); same {
			a.keep(s.Ref, id)
			return nil
		}
	}
	if err != nil {
		return err
	}
	a.keep(s.Ref, id)
	return nil
}

// recreateContainer makes the replacement beside the old container, under a
// temporary name and with a label that tells what it is, so that the time
// without either is short and an interruption leaves nothing nameless.
func (a *application) recreateContainer(ctx context.Context, s compose.Step, w work) error {
	b, err := a.draw(ctx, s)
	if err != nil {
		return err
	}
	old, err := a.inspect(ctx, s.Target)
	if err != nil {
		return err
	}
	b.inherit = old.Mounts
	b.labels[labelReplace] = s.Target
	var id string
	err = w.part(stack.ActCreate, func() (err error) {
		id, err = a.construct(ctx, b, stack.TemporaryName(s.Target, s.Name), w)
		return err
	})
	if err != nil {
		return err
	}
	if err := w.part(stack.ActStop, func() error { return a.stopContainer(ctx, s, w) }); err != nil {
		return a.undo(ctx, id, err)
	}
	// From here on the old one is gone or going: finish, whatever ctx says.
	ctx, cancel := outlive(ctx)
	defer cancel()
	if _, err := a.cli.ContainerRemove(ctx, s.Target, client.ContainerRemoveOptions{}); unlessGone(err) != nil {
		return a.undo(ctx, id, err)
	}
	if _, err := a.cli.ContainerRename(ctx, id, client.ContainerRenameOptions{NewName: s.Name}); err != nil {
		return err
	}
	a.keep(s.Ref, id)
	return nil
}

// draw gathers what decides how the container of a step is made.
func (a *application) draw(ctx context.Context, s compose.Step) (blueprint, error) {
	none := blueprint{}
	service, err := a.project.Service(s.Ref.Service)
	if err != nil {
		return none, err
	}
	name := a.project.ImageName(s.Ref.Service)
	image, err := a.cli.ImageInspect(ctx, name)
	if errdefs.IsNotFound(err) {
		return none, &stack.Problem{
			What: "creating " + s.Name, Where: s.Ref.Service, Err: err,
			Hint: "berth build makes it, berth pull fetches it",
		}
	}
	if err != nil {
		return none, err
	}
	resolve := a.resolver(ctx)
	hash, err := a.project.Hash(s.Ref.Service, resolve)
	if err != nil {
		return none, err
	}
	b := blueprint{
		project: a.project, number: s.Ref.Number, api: a.api, proxies: a.conf.proxyEnv(a.at.host),
		labels: a.project.ContainerLabels(s.Ref.Service, s.Ref.Number, hash, image.ID),
	}
	if image.Config != nil {
		b.imageVolumes = image.Config.Volumes
	}
	b.service, err = bind(service, resolve)
	return b, err
}

// resolver finds the container that stands for a service whose namespace is
// shared: the first by name, as for docker compose. It asks the Engine only
// when a service is shared at all.
func (a *application) resolver(ctx context.Context) func(service string) (id string, ok bool) {
	return func(service string) (string, bool) {
		list, err := a.cli.ContainerList(ctx, client.ContainerListOptions{
			All:     true,
			Filters: ofProject(a.project.Name).Add("label", labelService+"="+service, labelOneOff+"=False"),
		})
		if err != nil || len(list.Items) == 0 {
			return "", false // bind says that it is missing
		}
		first := slices.MinFunc(actors(list.Items), func(x, y stack.Service) int {
			return strings.Compare(x.Container, y.Container)
		})
		return first.ContainerID, true
	}
}

// construct creates the container and connects it to its networks; what fails or
// is cancelled in between leaves nothing.
func (a *application) construct(ctx context.Context, b blueprint, name string, w work) (string, error) {
	c, err := b.create()
	if err != nil {
		return "", err
	}
	for _, text := range c.ignored {
		w.warn(fmt.Sprintf("%s: not applied by this Engine: %s", b.service.Name, text))
	}
	c.options.Name = name
	// A request that is cut short may or may not have made something.
	longer, cancel := outlive(ctx)
	defer cancel()
	made, err := a.cli.ContainerCreate(longer, c.options)
	if err != nil {
		return "", err
	}
	for _, text := range made.Warnings {
		w.warn(b.service.Name + ": " + text)
	}
	if err := ctx.Err(); err != nil {
		return "", a.undo(ctx, made.ID, err)
	}
	for _, name := range slices.Sorted(maps.Keys(c.connect)) {
		if _, err := a.cli.NetworkConnect(longer, name, client.NetworkConnectOptions{Container: made.ID, EndpointConfig: c.connect[name]}); err != nil {
			return "", a.undo(ctx, made.ID, err)
		}
	}
	return made.ID, nil
}

// undo removes a container that was just made, and gives the cause back.
func (a *application) undo(ctx context.Context, id string, cause error) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	if _, err := a.cli.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true}); unlessGone(err) != nil {
		return fmt.Errorf("%w (and %s is left: %w)", cause, stack.ShortID(id), err)
	}
	return cause
}

// twin reports whether the container that has the name is the same as what was
// about to be made: somebody else's `up` was faster.
func (a *application) twin(ctx context.Context, b blueprint, name string) (id string, same bool) {
	c, err := a.inspect(ctx, name)
	if err != nil || c.Config == nil {
		return "", false
	}
	for _, label := range []string{labelProject, labelService, labelNumber, labelConfigHash, labelImage} {
		if c.Config.Labels[label] != b.labels[label] {
			return "", false
		}
	}
	return c.ID, true
}

func (a *application) keep(r stack.Ref, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.made[r] = id
}

// target is the container that a step acts on.
func (a *application) target(s compose.Step) (string, error) {
	if s.Target != "" {
		return s.Target, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	id, ok := a.made[s.Ref]
	if !ok {
		return "", noContainer(s.Ref)
	}
	return id, nil
}

func (a *application) startContainer(ctx context.Context, s compose.Step) error {
	id, err := a.target(s)
	if err != nil {
		return err
	}
	// The Engine goes on with a start that nobody waits for any more: what became of
	// it is told.
	longer, cancel := outlive(ctx)
	defer cancel()
	_, err = a.cli.ContainerStart(longer, id, client.ContainerStartOptions{})
	return a.startProblem(longer, s, err)
}

// The Engine knows how long to wait for a stop, and with which signal: the
// container was made with both.
func (a *application) stopContainer(ctx context.Context, s compose.Step, w work) error {
	return a.patiently(ctx, s.Target, w, func() error {
		_, err := a.cli.ContainerStop(ctx, s.Target, client.ContainerStopOptions{Timeout: timeout(s)})
		return unlessGone(err)
	})
}

// timeout is the grace period that a step asks for; nil: the container's own. 0:
// the signal, and SIGKILL right behind it.
func timeout(s compose.Step) *int {
	if s.Grace == nil {
		return nil
	}
	return new(int(s.Grace.Seconds()))
}

func (a *application) restartContainer(ctx context.Context, s compose.Step, w work) error {
	return a.patiently(ctx, s.Target, w, func() error {
		_, err := a.cli.ContainerRestart(ctx, s.Target, client.ContainerRestartOptions{Timeout: timeout(s)})
		return a.startProblem(ctx, s, err)
	})
}

func (a *application) removeContainer(ctx context.Context, s compose.Step) error {
	_, err := a.cli.ContainerRemove(ctx, s.Target, client.ContainerRemoveOptions{Force: true, RemoveVolumes: s.Anonymous})
	if errdefs.IsConflict(err) && strings.Contains(err.Error(), "already in progress") {
		gone := a.cli.ContainerWait(ctx, s.Target, client.ContainerWaitOptions{Condition: container.WaitConditionRemoved})
		select {
		case <-gone.Result:
			return nil
		case err = <-gone.Error:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return unlessGone(err)
}
