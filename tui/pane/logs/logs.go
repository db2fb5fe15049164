// Package logs is the pane that shows what services print: one of them, or all
// merged, following their end or standing still at a place.
package logs

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Settings is how logs are read and first shown. Zero limits take the
// defaults.
type Settings struct {
	Lines      int   // kept of each service
	Bytes      int64 // kept of each service
	Tail       int   // read from before Berth was opened; negative: all
	Merged     bool
	Wrap       bool
	Timestamps bool
}

// The defaults: what a person scrolls back through, at most 4 MB each.
const (
	defaultLines = 10_000
	defaultBytes = 4 << 20
	defaultTail  = 1000
)

// openSources is how many sources are kept reading, so that going back to one
// finds it as it was left. The one looked at longest ago makes room.
const openSources = 8

// Pane is the logs pane.
type Pane struct {
	group    *feed.Group
	reader   Reader
	settings Settings

	w, h    int
	theme   theme.Theme
	visible bool

	service stack.Service
	off     string
	all     []stack.Ref // every service that has a container
	merged  bool
	sources map[stack.Ref]*source // the merged one under the zero Ref
	recent  []stack.Ref           // keys of sources, looked at last first
}

// New makes the pane; nothing is read before it is visible.
func New(g *feed.Group, r Reader, s Settings) *Pane {
	if s.Lines <= 0 {
		s.Lines = defaultLines
	}
	if s.Bytes <= 0 {
		s.Bytes = defaultBytes
	}
	if s.Tail == 0 {
		s.Tail = defaultTail
	}
	return &Pane{group: g, reader: r, settings: s, merged: s.Merged, sources: map[stack.Ref]*source{}}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Logs" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) { p.w, p.h = w, h }

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) { p.theme = t }

// Services says which services have containers, for the merged log.
func (p *Pane) Services(refs []stack.Ref) { p.all = refs }

// Select says which service is selected.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	p.service, p.off = s, off
	return p.open()
}

// Show says whether the pane is visible. What is being read goes on while it
// is not, so that nothing is missing when it is again.
func (p *Pane) Show(visible bool) tea.Cmd {
	p.visible = visible
	return p.open()
}

// key is the source that is shown: the zero Ref for all services.
func (p *Pane) key() stack.Ref {
	if p.merged {
		return stack.Ref{}
	}
	return p.service.Ref
}

// shown is the source that is shown, nil when nothing was opened for it.
func (p *Pane) shown() *source { return p.sources[p.key()] }

// open begins to read what is to be shown.
func (p *Pane) open() tea.Cmd {
	refs := p.all
	if !p.merged {
		refs = nil
		if p.service.ContainerID != "" {
			refs = []stack.Ref{p.service.Ref}
		}
	}
	if !p.visible || len(refs) == 0 {
		return nil
	}
	key := p.key()
	p.touch(key)
	if s := p.sources[key]; s != nil {
		s.read(p.reader, p.settings.Tail, refs...)
		return nil
	}
	s := newSource(p.group, p.settings)
	p.sources[key] = s
	s.read(p.reader, p.settings.Tail, refs...)
	return s.stream.Next
}

// touch notes that a source is looked at, and closes those that were not for
// long.
func (p *Pane) touch(key stack.Ref) {
	if len(p.recent) > 0 && p.recent[0] == key {
		return
	}
	recent := []stack.Ref{key}
	for _, k := range p.recent {
		switch {
		case k == key:
		case len(recent) < openSources:
			recent = append(recent, k)
		default:
			p.sources[k].stream.Close()
			delete(p.sources, k)
		}
	}
	p.recent = recent
}

// Update takes the lines that came.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	b, ok := msg.(feed.Batch[stack.LogLine])
	if !ok {
		return nil
	}
	for _, s := range p.sources {
		if s.stream == b.From {
			s.take(b)
			return s.stream.Next
		}
	}
	return nil // of a source that was closed
}

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	toggle := func(on *bool) func() tea.Cmd {
		return func() tea.Cmd { *on = !*on; return nil }
	}
	merge, wrap, stamp := "merged", "wrap", "times"
	if p.merged {
		merge = "single"
	}
	if p.settings.Wrap {
		wrap = "no wrap"
	}
	if p.settings.Timestamps {
		stamp = "no times"
	}
	actions := []bind.Action{
		bind.New("logs.merge", merge, func() tea.Cmd { p.merged = !p.merged; return p.open() }, "m"),
		bind.New("logs.wrap", wrap, toggle(&p.settings.Wrap), "w"),
		bind.New("logs.times", stamp, toggle(&p.settings.Timestamps), "t"),
	}
	following := ""
	if s := p.shown(); s == nil || s.follow {
		following = "it does"
	}
	actions = append(actions, bind.New("logs.follow", "follow", func() tea.Cmd { p.Bottom(); return nil }, "G", "end").Unless(following))
	return append(actions, bind.Scrolling(p)...)
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) { bind.Wheel(p, lines) }

// Height is how many rows of log are visible.
func (p *Pane) Height() int { return max(1, p.h-footerHeight) }

// View draws the pane.
func (p *Pane) View(_ time.Time, _ bool) string {
	s := p.shown()
	if s == nil || s.book.End() == s.book.First() {
		return theme.Block(p.empty(s), p.w, p.h)
	}
	rows := p.window(s)
	for len(rows) < p.Height() {
		rows = append(rows, "")
	}
	return theme.Block(append(rows, "", p.footer(s)), p.w, p.h)
}
