package predict

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict/load"
	"berth/safetext"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// Loaded is what a load came to.
type Loaded struct {
	Result  load.Result
	Used    []string // what the service used meanwhile, in lines
	Against []string // how the run before went, in lines; none: there was none like it
}

// loading is a load that is made, or was.
type loading struct {
	stream *feed.Stream[loaded]
	cancel context.CancelFunc
	plan   load.Plan
	began  time.Time
	last   loaded
}

// loaded is how far it is, and in the end what it came to.
type loaded struct {
	Loaded

	err  error
	done bool
}

// makeLoad sends the body as it is, as often as the plan says.
func (p *Pane) makeLoad(plan load.Plan) tea.Cmd {
	p.endLoad()
	s, ref, body := p.session(), p.service.Ref, p.current()
	ctx, cancel := context.WithCancel(context.Background())
	l := &loading{plan: plan, began: time.Now(), cancel: cancel, stream: feed.Open(p.group, feed.Latest[loaded]())}
	p.loading = l
	endpoint := s.endpoint
	l.stream.Go(func(closed context.Context, emit func(loaded)) error {
		stop := context.AfterFunc(closed, cancel)
		defer stop()
		got, err := p.predictor.Load(ctx, ref, endpoint, body, plan, func(r load.Result) { emit(loaded{Loaded: Loaded{Result: r}}) })
		emit(loaded{got, err, true})
		return nil
	})
	return l.stream.Next
}

// endLoad leaves the load; one that is made is given up.
func (p *Pane) endLoad() {
	if p.loading != nil {
		p.loading.cancel()
		p.loading.stream.Close()
		p.loading = nil
	}
}

// loads takes up how far it is.
func (p *Pane) loads(b feed.Batch[loaded]) tea.Cmd {
	l := p.loading
	if l == nil || b.From != l.stream {
		return nil
	}
	for _, now := range b.Items {
		l.last = now
	}
	if b.Done {
		return nil
	}
	return l.stream.Next
}

// loadKeys are the keys in a load.
func (p *Pane) loadKeys() []bind.Action {
	under, over := "it is being made", "it has ended"
	if p.loading == nil || p.loading.last.done {
		under = ""
	} else {
		over = ""
	}
	return []bind.Action{
		bind.New("load.again", "make it again", func() tea.Cmd { return p.makeLoad(p.loading.plan) }, "enter").Unless(under),
		bind.New("load.other", "another load", p.askFor(askLoad), "L").Unless(under),
		bind.New("load.stop", "end it now", func() tea.Cmd { p.loading.cancel(); return nil }, "esc").Unless(over),
		bind.New("load.close", "back to the request", func() tea.Cmd { p.endLoad(); return nil }, "esc", "h").Unless(under),
	}
}

// unloadable is why no load can be made.
func (p *Pane) unloadable() string {
	if why := p.unready(); why != "" {
		return why
	}
	if len(p.session().wrong) > 0 {
		return "the body does not fit"
	}
	return ""
}

// loadView is the load as it goes, and what it came to.
func (p *Pane) loadView(now time.Time) []string {
	l, t := p.loading, p.theme
	s := p.session()
	head := t.Strong.Render("Load on "+safetext.Line(s.endpoint.String())) + "  " + t.Muted.Render(l.plan.String())
	r := l.last.Result
	state := t.Tone(theme.Good).Render("✓ done")
	switch {
	case !l.last.done:
		state = t.Tone(theme.Working).Render("◐ ") + progress(l.plan, r, now.Sub(l.began))
	case l.last.err != nil && r.Sent == 0:
		return append([]string{head, "", t.Tone(theme.Bad).Render("✕ The load could not be made.")}, explain(l.last.err, p.w)...)
	case r.Failed() > 0:
		state = t.Tone(theme.Warn).Render("△ " + theme.Count(int(r.Failed()), "request") + " failed")
	}
	lines := []string{theme.Spread(head, state, p.w), ""}
	if r.Sent == 0 {
		return append(lines, t.Muted.Render("nothing is answered yet"))
	}
	words := r.Lines()
	words = append(words, l.last.Used...)
	if len(l.last.Against) > 0 {
		words = append(append(words, ""), l.last.Against...)
	}
	if l.last.err != nil {
		words = append(words, safetext.Line(l.last.err.Error()))
	}
	var below []string
	for _, w := range words {
		below = append(below, theme.Wrap(w, p.w)...)
	}
	if room := p.h - 1; len(below) >= room { // no room for bars: the figures first, without empty lines
		below = slices.DeleteFunc(below, func(l string) bool { return l == "" })
		if more := len(below) - room; more > 0 && room > 0 {
			below = append(below[:room-1], t.Muted.Render(theme.Unseen(0, more+1)))
		}
		return append(lines[:1], below...)
	}
	bars := r.Draw(min(p.w, 100))
	if room := p.h - len(lines) - len(below) - 1; len(bars) > room {
		bars = bars[:max(0, room)]
	}
	for _, bar := range bars {
		lines = append(lines, blocks.ReplaceAllStringFunc(bar, func(s string) string { return t.Tone(theme.Working).Render(s) }))
	}
	lines = append(lines, "")
	return append(lines, below...)
}

// blocks are what a bar is drawn with.
var blocks = regexp.MustCompile("[█▏▎▍▌▋▊▉]+")

// progress is how much of a load is made.
func progress(p load.Plan, r load.Result, so time.Duration) string {
	if p.For > 0 {
		return theme.Clock(min(so, p.For)) + " of " + theme.Clock(p.For)
	}
	return fmt.Sprintf("%d of %d", r.Sent, p.Count)
}
