package dockerops

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/stack"
)

func (a *application) createNetwork(ctx context.Context, s compose.Step, w work) error {
	labels, err := a.project.NetworkLabels(s.Key)
	if err != nil {
		return err
	}
	options, err := networkOptions(a.project.Model.Networks[s.Key], labels)
	if err != nil {
		return err
	}
	if options.EnableIPv4 != nil && older(a.api, enableIPv4API) {
		w.warn(s.Key + ": not applied by this Engine: enable_ipv4 needs API " + enableIPv4API)
	}
	made, err := a.cli.NetworkCreate(ctx, s.Name, options)
	if errdefs.IsConflict(err) { // someone else was faster
		there, lookErr := a.cli.NetworkInspect(ctx, s.Name, client.NetworkInspectOptions{})
		if lookErr == nil && there.Network.Labels[labelConfigHash] == labels[labelConfigHash] {
			return nil
		}
	}
	if err != nil || !older(a.api, uniqueNamesAPI) {
		return err
	}
	return a.removeTwins(ctx, s.Name, made.ID)
}

// uniqueNamesAPI is the first version where the Engine itself prevents two
// networks of one name.
const uniqueNamesAPI = "1.44"

// removeTwins leaves the oldest of several networks of one name: two `up` at
// once may each have made one. Whoever sees both removes the younger, whosever
// it is, since the other may have looked before there were two; when that one
// is in use already, its own has to go.
func (a *application) removeTwins(ctx context.Context, name, own string) error {
	list, err := a.cli.NetworkList(ctx, client.NetworkListOptions{Filters: make(client.Filters).Add("name", name)})
	if err != nil {
		return err
	}
	twins := slices.DeleteFunc(list.Items, func(n network.Summary) bool { return n.Name != name })
	slices.SortFunc(twins, func(x, y network.Summary) int {
		return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.ID, y.ID))
	})
	for _, younger := range twins[min(1, len(twins)):] {
		_, err := a.cli.NetworkRemove(ctx, younger.ID, client.NetworkRemoveOptions{})
		if unlessGone(err) != nil && younger.ID != own {
			_, err = a.cli.NetworkRemove(ctx, own, client.NetworkRemoveOptions{})
		}
		if unlessGone(err) != nil {
			return err
		}
	}
	return nil
}

func (a *application) removeNetwork(ctx context.Context, s compose.Step) error {
	_, err := a.cli.NetworkRemove(ctx, s.Target, client.NetworkRemoveOptions{})
	if err == nil || !strings.Contains(err.Error(), "has active endpoints") {
		return unlessGone(err)
	}
	n, looked := a.cli.NetworkInspect(ctx, s.Target, client.NetworkInspectOptions{})
	if looked != nil || len(n.Network.Containers) > 0 {
		return err
	}
	// Engine 20.10 counted so once, after 50 containers were removed at once.
	return &stack.Problem{
		What: doing(s), Err: fmt.Errorf("no container is on it, and the Engine counts one all the same (%w)", inItsWords(err)),
		Hint: "a restart of the Engine may mend its count; then `berth down` again",
	}
}

func (a *application) createVolume(ctx context.Context, s compose.Step) error {
	labels, err := a.project.VolumeLabels(s.Key)
	if err != nil {
		return err
	}
	v := a.project.Model.Volumes[s.Key]
	_, err = a.cli.VolumeCreate(ctx, client.VolumeCreateOptions{Name: s.Name, Driver: v.Driver, DriverOpts: v.DriverOpts, Labels: labels})
	return err
}

func (a *application) removeVolume(ctx context.Context, s compose.Step) error {
	_, err := a.cli.VolumeRemove(ctx, s.Target, client.VolumeRemoveOptions{Force: true})
	return unlessGone(err)
}

// unlessGone: what is not there needs no removing.
func unlessGone(err error) error {
	if errdefs.IsNotFound(err) {
		return nil
	}
	return err
}
