package dockerops

import (
	"os"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/mount"
)

// mounts are the service's volumes, as binds where those can say it and as
// mounts where not, and the anonymous volumes that the replaced container
// leaves. Only a bind creates a missing folder on the host, which is why it
// goes before.
func (b blueprint) mounts() (binds []string, mounts []mount.Mount) {
	inherited := b.inherited()
	mounts = inherited
	for _, v := range b.service.Volumes {
		if v.Source == "" && slices.ContainsFunc(inherited, func(m mount.Mount) bool { return m.Target == v.Target }) {
			continue
		}
		m := b.mount(v)
		// What the file says of a path goes before the image's VOLUME.
		mounts = slices.DeleteFunc(mounts, func(other mount.Mount) bool { return other.Target == m.Target })
		if bindable(v) {
			binds = append(binds, bindString(m.Source, v))
		} else {
			mounts = append(mounts, m)
		}
	}
	return binds, mounts
}

// inherited are the anonymous volumes of the replaced container: those of the
// image's VOLUMEs, and those that the file names without a source.
func (b blueprint) inherited() []mount.Mount {
	var mounts []mount.Mount
	for _, m := range b.inherit {
		if m.Type == mount.TypeTmpfs {
			continue
		}
		_, ofImage := b.imageVolumes[m.Destination]
		ofFile := slices.ContainsFunc(b.service.Volumes, func(v types.ServiceVolumeConfig) bool {
			return v.Target == m.Destination && v.Source == ""
		})
		if !ofImage && !ofFile {
			continue
		}
		source := m.Source
		if m.Type == mount.TypeVolume {
			source = m.Name
		}
		mounts = append(mounts, mount.Mount{Type: m.Type, Source: source, Target: m.Destination, ReadOnly: !m.RW})
	}
	return mounts
}

// bindable reports whether a volume is all said by "source:target:options".
func bindable(v types.ServiceVolumeConfig) bool {
	switch v.Type {
	case types.VolumeTypeBind:
		return v.Bind == nil || bool(v.Bind.CreateHostPath) && v.Bind.Propagation == "" && v.Bind.Recursive == ""
	case types.VolumeTypeVolume:
		return v.Source != "" && (v.Volume == nil || !v.Volume.NoCopy && v.Volume.Subpath == "" && len(v.Volume.Labels) == 0)
	}
	return false
}

func bindString(source string, v types.ServiceVolumeConfig) string {
	options := []string{"rw"}
	if v.ReadOnly {
		options[0] = "ro"
	}
	if v.Bind != nil && v.Bind.SELinux != "" {
		options = append(options, v.Bind.SELinux)
	}
	return source + ":" + v.Target + ":" + strings.Join(options, ",")
}

func (b blueprint) mount(v types.ServiceVolumeConfig) mount.Mount {
	m := mount.Mount{
		Type: mount.Type(v.Type), Source: v.Source, Target: v.Target,
		ReadOnly: v.ReadOnly, Consistency: mount.Consistency(v.Consistency),
	}
	switch {
	case v.Type == types.VolumeTypeBind && v.Bind != nil:
		m.BindOptions = &mount.BindOptions{
			Propagation:            mount.Propagation(v.Bind.Propagation),
			CreateMountpoint:       bool(v.Bind.CreateHostPath),
			NonRecursive:           v.Bind.Recursive == "disabled",
			ReadOnlyNonRecursive:   v.Bind.Recursive == "writable",
			ReadOnlyForceRecursive: v.Bind.Recursive == "readonly",
		}
	case v.Type == types.VolumeTypeVolume:
		if named, ok := b.project.Model.Volumes[v.Source]; ok {
			m.Source = named.Name
		}
		if v.Volume != nil {
			m.VolumeOptions = &mount.VolumeOptions{NoCopy: v.Volume.NoCopy, Subpath: v.Volume.Subpath, Labels: v.Volume.Labels}
		}
	case v.Type == types.VolumeTypeTmpfs && v.Tmpfs != nil:
		m.TmpfsOptions = &mount.TmpfsOptions{SizeBytes: int64(v.Tmpfs.Size), Mode: os.FileMode(v.Tmpfs.Mode)}
	}
	return m
}
