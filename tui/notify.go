package tui

import (
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// The ways to tell somebody who looks elsewhere.
const (
	NotifyDesktop = "desktop"
	NotifyBell    = "bell"
	NotifyOff     = "off"
)

// Notify is whom to tell, and of which work: what takes less than After is over
// before anybody has gone elsewhere. The zero value tells nobody.
type Notify struct {
	How   string
	After time.Duration
	Env   func(string) string // the environment; nil: the process's
}

// sequence is what the terminal is sent to show a notification: OSC 9, or OSC
// 777 for those that know only that. A multiplexer hands it on wrapped, if it
// is let (tmux: allow-passthrough), and marks the window for the bell besides.
func (n Notify) sequence(text string) string {
	env := n.Env
	if env == nil {
		env = os.Getenv
	}
	const bell = "\a"
	term := env("TERM")
	switch {
	case n.How == NotifyBell, n.How == NotifyDesktop && term == "linux":
		return bell
	case n.How != NotifyDesktop:
		return ""
	}
	text = theme.Cut(safetext.Line(text), 200)
	// "berth" in front: a text that begins with a digit would be a command to
	// some terminals (ConEmu's OSC 9;4).
	seq := ansi.Notify("berth: " + text)
	if env("VTE_VERSION") != "" || strings.HasPrefix(term, "foot") || strings.HasPrefix(term, "rxvt") {
		seq = ansi.URxvtExt("notify", "berth", text)
	}
	switch {
	case env("TMUX") != "":
		return ansi.TmuxPassthrough(seq) + bell
	case strings.HasPrefix(term, "screen"):
		return ansi.ScreenPassthrough(seq, 0) + bell
	}
	return seq
}

// looksAway reports whether the person looks at something else: the terminal
// says that it has lost the focus, or, of one that never tells, no key has been
// pressed for as long as work has to take to be told of.
func (r *root) looksAway() bool {
	if r.focusTold {
		return r.away
	}
	return r.now.Sub(r.touched) >= r.o.Settings.Notify.After
}

// notify tells somebody who looks elsewhere.
func (r *root) notify(text string) tea.Cmd {
	seq := r.o.Settings.Notify.sequence(text)
	if seq == "" || !r.looksAway() {
		return nil
	}
	return tea.Raw(seq)
}

// ended tells of work that took long.
func (r *root) ended(j *job, result note) tea.Cmd {
	if j.cancelled || j.Took(time.Time{}) < r.o.Settings.Notify.After {
		return nil
	}
	return r.notify(result.text)
}

// alarm tells of services that turn bad, each once until it is well again. What
// happens while work runs is the work's to tell.
func (r *root) alarm(before, now stack.Snapshot) tea.Cmd {
	if now.Down != "" {
		return nil
	}
	was := map[stack.Ref]stack.Service{}
	for _, s := range before.Services {
		was[s.Ref] = s
	}
	var bad []string
	for _, s := range now.Services {
		old, known := was[s.Ref]
		switch {
		case s.Serving == stack.ServingYes && s.Health != stack.Unhealthy:
			delete(r.alarmed, s.Ref)
		case known && turnedBad(old, s) && !r.alarmed[s.Ref] && r.jobs.touching(s.Ref.Service) == nil:
			if r.alarmed == nil {
				r.alarmed = map[stack.Ref]bool{}
			}
			r.alarmed[s.Ref] = true
			bad = append(bad, s.Ref.String()+" "+said(s))
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return r.notify(strings.Join(bad, ", "))
}

func said(s stack.Service) string {
	state := theme.StateOf(s)
	if state.Note == "" {
		return "is " + state.Word
	}
	return "is " + state.Word + " (" + state.Note + ")"
}

// turnedBad reports whether a service that was all right, as far as was known,
// is not any more: Docker's verdict, or its end that nobody asked for.
func turnedBad(old, s stack.Service) bool {
	bad := func(s stack.Service) bool {
		switch s.Phase {
		case stack.Running:
			return s.Health == stack.Unhealthy
		case stack.Restarting, stack.Dead:
			return true
		case stack.Exited:
			return s.ExitCode != 0 && !s.Stopped()
		default:
			return false
		}
	}
	return !bad(old) && bad(s)
}
