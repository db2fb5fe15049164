package dockerops

import (
	"context"
	"time"

	"github.com/containerd/errdefs"

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
