package enginetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

const projectLabel = "com.docker.compose.project"

// sweep removes all that belongs to name. It looks again after each round: a
// removal that is under way elsewhere answers with a conflict, and a network
// can only go when its containers are gone.
func sweep(t testing.TB, c *client.Client, name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for {
		found, err := remove(ctx, c, name)
		if found == 0 && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Errorf("%s: %d things left on the test Engine: %v", name, found, err)
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// remove makes one round and reports how many things it found.
func remove(ctx context.Context, c *client.Client, name string) (found int, err error) {
	gone := func(err error) error {
		if errdefs.IsNotFound(err) {
			return nil
		}
		return err
	}
	named := func(n string) bool { return strings.HasPrefix(strings.TrimPrefix(n, "/"), name) }
	mine := func(labels map[string]string, names ...string) bool {
		return labels[projectLabel] == name || slices.ContainsFunc(names, named)
	}

	containers, err := c.ContainerList(ctx, client.ContainerListOptions{All: true})
	if err != nil {
		return found, err
	}
	for _, x := range containers.Items {
		if mine(x.Labels, x.Names...) {
			found++
			_, e := c.ContainerRemove(ctx, x.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
			err = errors.Join(err, gone(e))
		}
	}
	networks, e := c.NetworkList(ctx, client.NetworkListOptions{})
	if e != nil {
		return found, errors.Join(err, e)
	}
	for _, x := range networks.Items {
		if mine(x.Labels, x.Name) {
			found++
			_, e := c.NetworkRemove(ctx, x.ID, client.NetworkRemoveOptions{})
			err = errors.Join(err, gone(e))
		}
	}
	volumes, e := c.VolumeList(ctx, client.VolumeListOptions{})
	if e != nil {
		return found, errors.Join(err, e)
	}
	for _, x := range volumes.Items {
		if mine(x.Labels, x.Name) {
			found++
			_, e := c.VolumeRemove(ctx, x.Name, client.VolumeRemoveOptions{Force: true})
			err = errors.Join(err, gone(e))
		}
	}
	images, e := c.ImageList(ctx, client.ImageListOptions{})
	if e != nil {
		return found, errors.Join(err, e)
	}
	for _, x := range images.Items {
		refs := slices.DeleteFunc(slices.Clone(x.RepoTags), func(tag string) bool { return !named(tag) })
		if x.Labels[projectLabel] == name {
			refs = []string{x.ID} // with all its tags
		}
		for _, ref := range refs {
			found++
			_, e := c.ImageRemove(ctx, ref, client.ImageRemoveOptions{Force: true, PruneChildren: true})
			err = errors.Join(err, gone(e))
		}
	}
	return found, err
}
