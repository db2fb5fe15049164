package compose

import (
	"maps"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// upVolumes creates what is missing. A volume is data: nothing else is ever
// done to it.
func (b *planner) upVolumes() error {
	for _, key := range b.volumeKeys() {
		config := b.project.Model.Volumes[key]
		have, exists := b.volume(config.Name)
		switch {
		case bool(config.External) && !exists:
			return missingExternal("volume", config.Name)
		case bool(config.External):
			continue
		case !exists:
			b.volumes[key] = b.add(Step{Kind: CreateVolume, Key: key, Name: config.Name, Cause: notThereYet})
			b.noteRenamed(key)
			continue
		case have.Project != b.project.Name:
			b.note("volume %s was not made for this project; it is used as it is", have.Name)
			continue
		}
		hash, err := b.project.VolumeHash(key)
		if err != nil {
			return err
		}
		if have.ConfigHash != "" && have.ConfigHash != hash {
			b.note("volume %s is configured differently and stays so, for its data; remove it by hand to have it made anew", have.Name)
		}
	}
	return nil
}

// noteRenamed says where the data is that a renamed volume does not have.
func (b *planner) noteRenamed(key string) {
	for _, v := range b.observed.Volumes {
		if v.Key == key && v.Project == b.project.Name {
			b.note("volume %s stays with its data; the file now names %s", v.Name, b.project.Model.Volumes[key].Name)
		}
	}
}

// volumeKeys are the named volumes of the services that the plan is about.
func (b *planner) volumeKeys() []string {
	keys := map[string]bool{}
	for _, name := range b.names {
		for _, v := range b.service(name).Volumes {
			if v.Type == types.VolumeTypeVolume && v.Source != "" {
				keys[v.Source] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func (b *planner) volume(name string) (Volume, bool) {
	i := slices.IndexFunc(b.observed.Volumes, func(v Volume) bool { return v.Name == name })
	if i < 0 {
		return Volume{}, false
	}
	return b.observed.Volumes[i], true
}

// missingVolume names a volume that the container should have and has not.
func (b *planner) missingVolume(service string, c Container) string {
	mounted := slices.Collect(maps.Values(c.Volumes))
	for _, v := range b.service(service).Volumes {
		name := b.project.Model.Volumes[v.Source].Name
		if v.Type == types.VolumeTypeVolume && v.Source != "" && !slices.Contains(mounted, name) {
			return name
		}
	}
	return ""
}

func missingExternal(kind, name string) error {
	return &stack.Problem{
		What: "the " + kind + " " + name + " is not there",
		Hint: "the file calls it external, so it is not made here: docker " + kind + " create " + name,
	}
}
