package workflow

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/compose"
	"berth/sources"
	"berth/stack"
	"berth/watch"
)

// declared are the rules of develop.watch.
func declared(p *compose.Project, config types.ServiceConfig) (rules []rule, notes []string, err error) {
	for _, t := range config.Develop.Watch {
		r := rule{service: config.Name, target: t.Target, initial: t.InitialSync}
		switch t.Action {
		case types.WatchActionRebuild:
			if r.rebuild = true; config.Build == nil {
				notes = append(notes, config.Name+" has no build section, so "+near(p, t.Path)+" rebuilds nothing")
				continue
			}
		case types.WatchActionRestart:
			r.restart = true
		case types.WatchActionSync:
			r.sync = true
		case types.WatchActionSyncRestart:
			r.sync, r.restart = true, true
		case types.WatchActionSyncExec:
			r.sync, r.hook = true, hookOf(t.Exec)
		default:
			notes = append(notes, config.Name+": Berth knows no watch action "+string(t.Action))
			continue
		}
		if r.sync && mounted(config, t.Path) {
			notes = append(notes, near(p, t.Path)+" is mounted in "+config.Name+" already, and is not synced")
			continue
		}
		f, err := watch.NewFilter(t.Path).Without(t.Path, t.Ignore)
		if err == nil {
			f, err = f.Only(t.Include)
		}
		if err != nil {
			return nil, nil, &stack.Problem{What: "develop.watch", Where: "service " + config.Name, Err: err}
		}
		r.filter = slices.Concat(t.Ignore, []string{"only"}, t.Include)
		if b := config.Build; b != nil && filepath.IsAbs(b.Context) {
			file := ""
			if b.DockerfileInline == "" {
				file = dockerfilePath(*b)
			}
			patterns, err := sources.Ignored(b.Context, file)
			if err == nil {
				f, err = f.Without(b.Context, patterns)
			}
			if err != nil {
				return nil, nil, &stack.Problem{What: "reading what is left out of the build", Where: "service " + config.Name, Err: err}
			}
			r.filter = slices.Concat(r.filter, []string{"build"}, patterns)
		}
		r.parts = []part{{Tree: sources.Tree{Name: near(p, t.Path), Dir: t.Path, Skip: f.Skip}, has: f.Has}}
		rules = append(rules, r)
	}
	return rules, notes, nil
}

func hookOf(h types.ServiceHook) *stack.Hook {
	hook := &stack.Hook{Argv: h.Command, User: h.User, Dir: h.WorkingDir, Privileged: h.Privileged}
	env := h.Environment.ToMapping()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		hook.Env = append(hook.Env, name+"="+env[name])
	}
	return hook
}

// mounted reports whether a path is mounted in a service's container.
func mounted(config types.ServiceConfig, file string) bool {
	for _, v := range config.Volumes {
		rel, err := filepath.Rel(v.Source, file)
		if v.Type == types.VolumeTypeBind && err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}
