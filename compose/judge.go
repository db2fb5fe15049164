package compose

import (
	"cmp"
	"slices"

	"berth/stack"
)

// judged is a container with the reason to replace it, if there is one.
type judged struct {
	Container
	cause string
}

func (j judged) outdated() bool { return j.cause != "" }

// judge orders a service's containers by how worth keeping they are: what is
// up to date first, then by number, as docker compose scales down.
func (b *planner) judge(name string) ([]judged, error) {
	hashes, err := b.project.hashes(name, b.sharedContainer)
	if err != nil {
		return nil, err
	}
	var all []judged
	for _, c := range b.containers[name] {
		all = append(all, judged{c, b.whyRecreate(name, c, hashes)})
	}
	slices.SortStableFunc(all, func(x, y judged) int {
		switch {
		case x.outdated() == y.outdated():
			return cmp.Compare(x.Number, y.Number)
		case y.outdated():
			return -1
		}
		return 1
	})
	return all, nil
}

// whyRecreate gives the reason to replace a container, empty if it is as the
// file and the image say.
func (b *planner) whyRecreate(name string, c Container, hashes []string) string {
	named := len(b.request.Services) == 0 || slices.Contains(b.request.Services, name)
	image, known := b.images[name]
	switch {
	case c.Phase == stack.Dead:
		return "dead"
	case b.onReplaced(c) != "":
		return "network " + b.onReplaced(c) + " is made anew"
	case b.request.NoRecreate:
		return ""
	case b.request.ForceRecreate && named:
		return "asked for"
	case b.sharedWithNew(name) != "":
		return "shares with " + b.sharedWithNew(name) + ", which is made anew"
	case !slices.Contains(hashes, c.ConfigHash):
		return "configuration changed"
	case known && c.ImageLabel != image:
		return "image changed " + imageChange(c.ImageLabel, image)
	case b.missingNetwork(name, c) != "":
		return "not on network " + b.missingNetwork(name, c)
	case b.missingVolume(name, c) != "":
		return "volume " + b.missingVolume(name, c) + " is not mounted"
	}
	return ""
}

// imageChange is two image IDs as short as tells them apart.
func imageChange(before, now string) string {
	x, y := stack.ShortID(before), stack.ShortID(now)
	n := 6
	for n < min(len(x), len(y)) && x[:n] == y[:n] {
		n++
	}
	return cmp.Or(x[:min(n, len(x))], "none") + " → " + y[:min(n, len(y))]
}
