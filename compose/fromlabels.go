package compose

import (
	"cmp"
	"errors"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// Missing reports whether there is no compose file to load: whether Load would
// fail with ErrNoFile. What else may be wrong is Load's to say.
func Missing(o Options) bool {
	l, err := newLoading(o)
	if err != nil {
		return false
	}
	_, err = l.find()
	return errors.Is(err, ErrNoFile)
}

// Whereabouts is what is known of a project whose files cannot be read: its
// name, empty unless -p or COMPOSE_PROJECT_NAME (which .env may set) say it,
// and its folder. It is not ok when the name is one that no project can have.
func Whereabouts(o Options) (name, dir string, ok bool) {
	l, err := newLoading(o)
	if err != nil {
		return "", "", false
	}
	dir = l.dir
	if o.ProjectDir != "" {
		dir = l.absolute([]string{o.ProjectDir})[0]
	}
	// What is wrong with finding the files was said by Load.
	if options, err := l.find(); err == nil && o.ProjectDir == "" && options.ConfigPaths[0] != "-" {
		dir = filepath.Dir(options.ConfigPaths[0])
	}
	name = cmp.Or(o.Name, l.env[consts.ComposeProjectName])
	return name, dir, name == loader.NormalizeProjectName(name)
}

// FromLabels is a project as the labels of what is there tell it: enough to
// list, stop and take down without a file.
func FromLabels(name string, o Observed) *Project {
	p := &Project{Name: name, Model: &types.Project{Name: name, Services: types.Services{}, Volumes: types.Volumes{}}}
	for _, v := range o.Volumes {
		if v.Project == name {
			p.Model.Volumes[v.Key] = types.VolumeConfig{Name: v.Name}
		}
	}
	for _, c := range o.Containers {
		p.Dir = cmp.Or(p.Dir, c.Dir)
		if c.OneOff {
			continue
		}
		s, seen := p.Model.Services[c.Service]
		if !seen {
			s.Name, s.DependsOn = c.Service, types.DependsOnConfig{}
		}
		for dependency := range strings.SplitSeq(c.DependsOn, ",") {
			if parts := strings.Split(dependency, ":"); len(parts) == 3 {
				s.DependsOn[parts[0]] = types.ServiceDependency{Condition: parts[1], Restart: parts[2] == "true", Required: true}
			}
		}
		p.Model.Services[c.Service] = s
	}
	return p
}
