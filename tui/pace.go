package tui

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Bubble Tea looks whether there is something to draw by a clock of its own,
// also when nothing happens. At 60 times a second that is most of what an idle
// dashboard costs; at 30 a key waits up to 33 ms for its frame. So the clock is
// slow while the screen rests, and quick from a change on.
const (
	framesPerSecond = 60
	quick           = time.Second / framesPerSecond
	slow            = 250 * time.Millisecond
	restsAfter      = 3 * quick // without a change
)

// paced is a screen that sets the pace of its program.
type paced struct {
	tea.Model
	program *tea.Program
	shown   tea.View

	mu      sync.Mutex
	ticker  *time.Ticker // the program's
	calm    *time.Timer
	changed time.Time
	resting bool
}

// Update is the screen's.
func (p *paced) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	p.Model, cmd = p.Model.Update(msg)
	return p, cmd
}

// View is the screen's; when it differs from the one before it is drawn soon.
func (p *paced) View() tea.View {
	v := p.Model.View()
	if !same(v, p.shown) {
		p.hurry()
	}
	p.shown = v
	return v
}

// same reports whether two views look the same. What is not looked at here,
// such as the mouse's mode, changes with what is.
func same(v, w tea.View) bool {
	if v.Content != w.Content || v.WindowTitle != w.WindowTitle || (v.Cursor == nil) != (w.Cursor == nil) {
		return false
	}
	return v.Cursor == nil || *v.Cursor == *w.Cursor
}

// hurry makes the clock quick. A quick one is left alone, since setting it
// begins its wait anew.
func (p *paced) hurry() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ticker == nil {
		if p.ticker = tickerOf(p.program); p.ticker == nil {
			return // it is not running yet
		}
		p.calm = time.AfterFunc(restsAfter, p.rest)
	}
	p.changed = time.Now()
	p.calm.Reset(restsAfter)
	if p.resting {
		p.resting = false
		p.ticker.Reset(quick)
	}
}

// rest makes the clock slow, unless something has changed meanwhile.
func (p *paced) rest() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if left := restsAfter - time.Since(p.changed); left > 0 {
		p.calm.Reset(left)
		return
	}
	p.resting = true
	p.ticker.Reset(slow)
}

// tickerOf is the clock of a program, nil while it does not run. Bubble Tea
// gives it to nobody, so it is looked for by its name.
func tickerOf(p *tea.Program) *time.Ticker {
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if !f.IsValid() || f.Type() != reflect.TypeFor[*time.Ticker]() || f.IsNil() {
		return nil
	}
	return (*time.Ticker)(f.UnsafePointer())
}
