package dockerops

import (
	"context"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"berth/stack"
)

// Image is what the Engine has under a reference or ID; false when it has
// nothing.
func (e *Engine) Image(ctx context.Context, ref string) (stack.Image, bool, error) {
	if _, err := e.version(ctx); err != nil {
		return stack.Image{}, false, err
	}
	found, err := e.cli.ImageInspect(ctx, ref)
	switch {
	case errdefs.IsNotFound(err):
		return stack.Image{}, false, nil
	case err != nil:
		return stack.Image{}, false, e.problem(ctx, "looking at image "+ref, err)
	}
	image := stack.Image{ID: found.ID, Tags: found.RepoTags, Created: engineTime(found.Created), Size: found.Size}
	if found.Config != nil {
		image.Labels = found.Config.Labels
	}
	return image, true, nil
}

// engineTime reads the Engine's timestamps; its "never" is year 1, and
// podman's may be empty.
func engineTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Tag gives an image, by reference or ID, another name, which it takes from
// whichever image had it.
func (e *Engine) Tag(ctx context.Context, image, name string) error {
	if _, err := e.version(ctx); err != nil {
		return err
	}
	_, err := e.cli.ImageTag(ctx, client.ImageTagOptions{Source: image, Target: name})
	if err != nil {
		return e.problem(ctx, "naming image "+stack.ShortID(image)+" "+name, err)
	}
	return nil
}

// RemoveUnused removes an image by ID unless it has a name or a container is
// made from it.
func (e *Engine) RemoveUnused(ctx context.Context, id string) error {
	image, ok, err := e.Image(ctx, id)
	if err != nil || !ok || len(image.Tags) > 0 {
		return err
	}
	_, err = e.cli.ImageRemove(ctx, id, client.ImageRemoveOptions{PruneChildren: true})
	if err == nil || errdefs.IsNotFound(err) || errdefs.IsConflict(err) { // gone already, or a container uses it
		return nil
	}
	return e.problem(ctx, "removing image "+stack.ShortID(id), err)
}
