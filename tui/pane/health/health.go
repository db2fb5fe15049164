// Package health is the pane that explains a service's state: Berth's verdict
// beside Docker's, the check behind it and its last results, and the life of
// the container.
package health

import (
	"context"
	"iter"
	"strings"
	"time"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Every is how often the container is inspected while the pane is visible:
// events do not carry what probes said.
const Every = time.Second

// Inspector looks closely at one service.
type Inspector interface {
	Inspect(ctx context.Context, r stack.Ref) (stack.Detail, error)
	MainProcess(ctx context.Context, r stack.Ref) (stack.MainProcess, error)
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
}

// look is one answer of the Inspector.
type look struct {
	stack.Detail
	process *stack.MainProcess // nil: not asked, or it cannot be told
	printed bool               // of one that ended: there are lines
	err     error
}

// printed reports whether a service's log has a line.
func (p *Pane) printed(ctx context.Context, r stack.Ref) bool {
	for _, err := range p.engine.Logs(ctx, r, stack.LogOptions{Tail: 1}) {
		return err == nil
	}
	return false
}

// Pane is the health pane.
type Pane struct {
	group   *feed.Group
	engine  Inspector
	needing map[string][]stack.Dependent // by the service that they need
	whole   bool                         // show all that probes said
	h       int

	visible bool
	service stack.Service
	all     []stack.Service
	process *stack.MainProcess // nil: not known
	off     string             // why the service has no container, by the compose file
	stream  *feed.Stream[look]
	last    *look // nil: nothing known yet
	view    viewport.Model
	theme   theme.Theme
}

// New makes the pane; nothing is asked before it is visible. needing has for each
// service those that need it in some state.
func New(g *feed.Group, e Inspector, needing map[string][]stack.Dependent) *Pane {
	p := &Pane{group: g, engine: e, needing: needing, view: viewport.New()}
	p.view.KeyMap = viewport.KeyMap{}
	return p
}

// Needing replaces what is known of those that need a service.
func (p *Pane) Needing(n map[string][]stack.Dependent) { p.needing = n }

// Title is the pane's name.
func (p *Pane) Title() string { return "Health" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) {
	p.view.SetWidth(w)
	p.h = h
}

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) { p.theme = t }

// Services says how all services are: who waits depends on it.
func (p *Pane) Services(all []stack.Service) { p.all = all }

// Select says which service is looked at, and what is known of it.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	same := s.Ref == p.service.Ref && s.ContainerID == p.service.ContainerID
	p.service, p.off = s, off
	if same && p.stream != nil {
		return nil
	}
	if !same {
		p.last, p.process = nil, nil
		p.view.GotoTop()
	}
	return p.follow()
}

// Show says whether the pane is visible.
func (p *Pane) Show(visible bool) tea.Cmd {
	if visible == p.visible {
		return nil
	}
	p.visible = visible
	return p.follow()
}

// follow inspects the selected service every second while it can be seen.
func (p *Pane) follow() tea.Cmd {
	if p.stream != nil {
		p.stream.Close()
		p.stream = nil
	}
	if !p.visible || p.service.ContainerID == "" {
		return nil
	}
	p.stream = feed.Open(p.group, feed.Latest[look]())
	ref := p.service.Ref
	p.stream.Go(func(ctx context.Context, emit func(look)) error {
		t := time.NewTicker(Every)
		defer t.Stop()
		var signals listener
		var over time.Time // when the run ended whose log was looked at
		looked, printed := false, false
		for {
			d, err := p.engine.Inspect(ctx, ref)
			l := look{Detail: d, err: err}
			if err == nil && !d.Up() && (!looked || !over.Equal(d.FinishedAt)) { // nothing is added to it
				looked, over, printed = true, d.FinishedAt, p.printed(ctx, ref)
			}
			l.printed = printed
			if err == nil && signals.due(d.Service) {
				if m, err := p.engine.MainProcess(ctx, ref); err == nil {
					l.process = &m
				}
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			emit(l)
			select {
			case <-t.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return p.stream.Next
}

// listener decides when to look at what the main process does with its stop
// signal: programs set their handlers some time after their start, and what
// serves has set them.
type listener struct {
	started time.Time
	looks   int
}

// lookFor is how many looks a run gets, each after twice as many seconds.
const lookFor = 7

func (l *listener) due(s stack.Service) bool {
	if s.Phase != stack.Running {
		return false
	}
	if !l.started.Equal(s.StartedAt) {
		*l = listener{started: s.StartedAt}
	}
	if l.looks >= lookFor || time.Since(s.StartedAt) < time.Second<<l.looks {
		return false
	}
	for l.looks < lookFor && time.Since(s.StartedAt) >= time.Second<<l.looks {
		l.looks++
	}
	return true
}

// Update takes the pane's own messages.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	b, ok := msg.(feed.Batch[look])
	if !ok || p.stream == nil || b.From != p.stream {
		return nil
	}
	for _, l := range b.Items {
		p.last = &l
		if l.process != nil {
			p.process = l.process
		}
	}
	if b.Done {
		return nil
	}
	return p.stream.Next
}

// Keys are the pane's keys.
func (p *Pane) Keys() []bind.Action {
	none := ""
	if p.last == nil || len(p.last.Probes) == 0 {
		none = "there is no output of a probe"
	}
	output := bind.New("health.output", "all output", func() tea.Cmd { p.whole = !p.whole; return nil }, "enter").Unless(none)
	if p.whole {
		output.Desc = "less output"
	}
	return append([]bind.Action{output}, bind.Scrolling(bind.Viewport{Model: &p.view})...)
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) tea.Cmd {
	bind.Wheel(bind.Viewport{Model: &p.view}, lines)
	return nil
}

// View draws the pane.
func (p *Pane) View(now time.Time, _ bool) string {
	lines, h := p.lines(now), p.h
	if len(lines) > h {
		h = max(0, h-1) // the mark's line
	}
	p.view.SetHeight(h)
	p.view.SetContentLines(lines)
	seen := strings.Split(p.view.View(), "\n")
	if mark := theme.Unseen(p.view.YOffset(), len(lines)-p.view.YOffset()-h); mark != "" {
		seen = append(seen[:min(len(seen), h)], p.theme.Muted.Render(mark))
	}
	return theme.Block(seen, p.view.Width(), p.h)
}
