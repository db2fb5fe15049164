package tui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/form"
)

// wish is the form in which one says how a service is rebuilt for once. It is
// kept, with what was typed, until Berth is left.
type wish struct {
	*form.Form
	service       string
	args, target  *form.Field
	noCache, pull *form.Field
}

func newWish(service string) *wish {
	w := &wish{
		service: service,
		args:    form.Text("Arguments", "KEY=VALUE, one a line", 4),
		target:  form.Text("Target", "a stage of the Dockerfile; empty: the compose file's", 1),
		noCache: form.Switch("No cache", "build every step anew"),
		pull:    form.Switch("Pull", "look for newer base images"),
	}
	w.Form = form.New("Rebuild "+service+" with…", "rebuild",
		[]string{"For this build only: the next one is as the compose file says."},
		w.args, w.target, w.noCache, w.pull)
	return w
}

// options is what was typed.
func (w *wish) options() (stack.BuildOptions, error) {
	o := stack.BuildOptions{Target: strings.TrimSpace(w.target.Value()), NoCache: w.noCache.On, Pull: w.pull.On}
	for line := range strings.Lines(w.args.Value()) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return o, fmt.Errorf("%q is not KEY=VALUE", line)
		}
		if o.Args == nil {
			o.Args = map[string]string{}
		}
		o.Args[name] = value
	}
	if o.IsZero() {
		return o, errors.New("nothing differs from the compose file: leave, and press the key for rebuild")
	}
	return o, nil
}

// askRebuild opens the form of a service, as it was left.
func (r *root) askRebuild(service string) tea.Cmd {
	if r.wishes[service] == nil {
		r.wishes[service] = newWish(service)
	}
	r.wish = r.wishes[service]
	r.wish.Restyle(r.theme)
	return r.wish.Open()
}

// wished takes a key press for the form. Where another folder's containers are
// in the way, rebuilding asks first, as it does without a form.
func (r *root) wished(k tea.KeyPressMsg) tea.Cmd {
	accepted, left, cmd := r.wish.Key(k)
	if left {
		r.wish = nil
	}
	if !accepted {
		return cmd
	}
	o, err := r.wish.options()
	if err != nil {
		r.wish.Wrong = err.Error()
		return nil
	}
	service := r.wish.service
	r.wish = nil
	return r.orAsk("rebuild", []string{service}, func() tea.Cmd { return r.rebuild(service, o) })()
}
