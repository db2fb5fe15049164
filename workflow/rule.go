package workflow

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/compose"
	"berth/sources"
	"berth/stack"
	"berth/watch"
)

// rule is what follows for a service when certain files change.
type rule struct {
	service string
	rebuild bool
	sync    bool
	target  string // that the files are copied to
	restart bool
	hook    *stack.Hook
	initial bool // copied when the watch begins, too
	// shared: the container may write there, so a file that changes all the time
	// is its own.
	shared bool
	parts  []part
	filter []string // what the parts leave out, to tell rules apart
	quiet  string   // why nothing follows; empty: something does
}

// part is a folder, or a file, whose changes matter.
type part struct {
	sources.Tree
	has    func(path string, folder bool) bool
	memory *sources.Memory // nil: not known how it was
}

// key tells rules apart, also those of a project that was read anew.
func (r rule) key() string {
	k := []string{r.service, r.does(), r.target}
	for _, p := range r.parts {
		k = append(k, p.Dir)
	}
	k = append(k, r.filter...)
	return strings.Join(k, "\x00")
}

// does is what follows, in a few words.
func (r rule) does() string {
	switch {
	case r.quiet != "":
		return "nothing: " + r.quiet
	case r.rebuild:
		return "rebuild"
	case r.sync && r.restart:
		return "sync to " + r.target + ", then restart"
	case r.sync && r.hook != nil:
		return "sync to " + r.target + ", then run " + strings.Join(r.hook.Argv, " ")
	case r.sync:
		return "sync to " + r.target
	default:
		return "restart"
	}
}

// to is where a file goes in the container.
func (r rule) to(file string) string {
	rel, err := filepath.Rel(r.parts[0].Dir, file)
	if err != nil || rel == "." {
		return r.target
	}
	return path.Join(r.target, filepath.ToSlash(rel))
}

// rulesOf are the rules of a service: those of its develop.watch, or where it has
// none, that what it is built from has it rebuilt, and what is mounted in it
// restarted. argv is its main process, where that is known. What cannot be
// followed is told in notes.
func (s Stack) rulesOf(p *compose.Project, service string, argv []string) (rules []rule, notes []string, err error) {
	config := p.Model.Services[service]
	if config.Develop != nil && len(config.Develop.Watch) > 0 {
		return declared(p, config)
	}
	mounts := s.mountSubject(p, config).Trees
	if config.Build != nil {
		r, err := inputs(p, config, mounts)
		if err != nil {
			return nil, nil, err
		}
		if len(r.parts) == 0 {
			notes = append(notes, service+" is built from "+config.Build.Context+", which cannot be watched")
		} else {
			rules = append(rules, r)
		}
	}
	for _, t := range mounts {
		r := rule{service: service, restart: true, shared: t.Shared}
		if by := reloader(config, argv); by != "" {
			r.restart, r.quiet = false, "it reloads by itself ("+by+")"
		}
		f := watch.NewFilter(t.Dir)
		t.Skip = f.Skip
		r.parts = []part{{Tree: t, has: f.Has}}
		rules = append(rules, r)
	}
	return rules, notes, nil
}

// inputs is that a change of what a service is built from has it rebuilt. What
// is mounted in the container hides what the image has there.
func inputs(p *compose.Project, config types.ServiceConfig, mounts []sources.Tree) (rule, error) {
	r := rule{service: config.Name, rebuild: true}
	made, err := buildSubject(p, config.Name, BuildOptions{})
	if made.remote != "" {
		return r, nil
	}
	if len(made.Trees) == 0 { // a Dockerfile that is not there may come
		made.Trees = []sources.Tree{{Name: near(p, config.Build.Context), Dir: config.Build.Context}}
	} else if err != nil {
		return r, err
	}
	t := made.Trees[0]
	f, err := watch.NewFilter(t.Dir).Without(t.Dir, t.Ignore)
	if err != nil {
		return r, err
	}
	for _, m := range mounts {
		f = f.Except(m.Dir)
	}
	r.filter, t.Skip = t.Ignore, f.Skip
	r.parts = []part{{Tree: t, has: f.Has}}
	// A build reads these whatever .dockerignore says.
	files := []string{filepath.Join(t.Dir, sources.IgnoreFile)}
	if config.Build.DockerfileInline == "" {
		file := dockerfilePath(*config.Build)
		files = append(files, file, file+sources.IgnoreFile)
	}
	for _, file := range files {
		if !f.Has(file, false) {
			r.parts = append(r.parts, part{Tree: sources.Tree{Name: near(p, file), Dir: file}, has: watch.NewFilter(file).Has})
		}
	}
	return r, nil
}

func dockerfilePath(b types.BuildConfig) string {
	file := b.Dockerfile
	if file == "" {
		file = "Dockerfile"
	}
	if !filepath.IsAbs(file) {
		file = filepath.Join(b.Context, file)
	}
	return file
}

// reloaders are programs that start what they run anew when a file changes.
var reloaders = []string{"watchfiles", "watchmedo", "nodemon", "air", "entr", "watchexec"}

// reloader is what says of a service that it reads changed files by itself:
// --reload among its words (uvicorn, gunicorn, hypercorn), or a program that is
// there for that. Empty: nothing does.
func reloader(config types.ServiceConfig, argv []string) string {
	words := strings.Fields(strings.Join(slices.Concat(config.Entrypoint, config.Command, argv), " ")) // in a shell's argument, too
	for _, w := range words {
		if w == "--reload" || slices.Contains(reloaders, path.Base(w)) {
			return path.Base(w)
		}
	}
	return ""
}

// scope describes what is watched.
func scope(rules []rule, notes []string) Scope {
	sc := Scope{Rules: []Following{}, Notes: notes}
	folders := map[string]bool{}
	for _, r := range rules {
		t := r.parts[0]
		name := t.Name
		if name == "" {
			name = "."
		}
		sc.Rules = append(sc.Rules, Following{Service: r.service, Path: name, Does: r.does()})
		folders[t.Dir] = true
	}
	sc.Folders = len(folders)
	return sc
}

// remember takes up how the files of a rule are now, as far as it is not known.
func (r *rule) remember(ctx context.Context, known sources.Manifest) error {
	for n := range r.parts {
		p := &r.parts[n]
		if p.memory != nil || r.quiet != "" {
			continue
		}
		var err error
		if p.memory, err = sources.Remember(ctx, p.Tree, known); err != nil {
			return &stack.Problem{What: "comparing the files of " + p.Dir, Where: "service " + r.service, Err: err, Hint: "until that is mended each event there counts as a change"}
		}
	}
	return nil
}
