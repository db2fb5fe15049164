package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/safetext"
	"berth/stack"

	"golang.org/x/term"
)

// progress prints reports: with --json each as a line on standard output; else
// a line on standard error for each item that came to its end, and on a
// terminal a last line with what is going on.
type progress struct {
	mu      sync.Mutex
	out     io.Writer
	json    *safetext.Encoder
	err     error // of writing: the first one
	live    bool
	width   func() int
	working map[string]stack.Progress
	told    map[string]bool // finals that were printed, by service: BuildKit reports some steps again
	failed  []stack.Progress
	drawn   bool
	stop    chan struct{}
	stopped sync.WaitGroup
	verbose bool
}

// redraw is how often the line with what is going on changes its clock.
const redraw = 100 * time.Millisecond

func (a *app) progress(verbose bool) *progress {
	p := &progress{out: a.err, working: map[string]stack.Progress{}, told: map[string]bool{}, stop: make(chan struct{}), verbose: verbose}
	if a.json {
		p.json = safetext.NewEncoder(a.out)
		return p
	}
	if isTerminal(a.err) {
		p.live = true
		p.width = a.width
		p.stopped.Go(p.tick)
	}
	return p
}

// width is that of the terminal that standard error is.
func (a *app) width() int {
	if f, ok := a.err.(interface{ Fd() uintptr }); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 80
}

// done ends the live line. It returns what the work ended with and the first
// error of writing; a failure that the work's error, which is printed next,
// does not tell is told now.
func (p *progress) done(err error) error {
	close(p.stop)
	p.stopped.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	for _, r := range p.failed {
		if err == nil || !strings.Contains(err.Error(), r.Text) {
			p.print("  │ " + safetext.Line(r.Subject+": "+r.Text) + "\n")
		}
	}
	return errors.Join(err, p.err)
}

func (p *progress) report(r stack.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.json != nil {
		if err := p.json.Encode(r); err != nil && p.err == nil {
			p.err = err
		}
		return
	}
	if r.Status.Final() {
		delete(p.working, r.ID)
	} else {
		p.working[r.ID] = r
	}
	if r.Status == stack.Failed && r.Parent == "" && !p.told[toldKey(r)] {
		p.failed = append(p.failed, r)
		r.Text = "" // the error is the last line
	}
	if line, ok := finalLine(r, p.verbose); ok && !p.told[toldKey(r)] {
		p.told[toldKey(r)] = true
		p.clear()
		p.print(line + "\n")
	}
	if p.verbose || r.Action == stack.ActRun {
		for _, l := range r.Log {
			p.clear()
			p.print("    │ " + safetext.Line(l) + "\n")
		}
	}
	p.draw()
}

func toldKey(r stack.Progress) string { return r.Service + "\x00" + r.ID + "\x00" + string(r.Status) }

// anew forgets what was told of a service: other work begins.
func (p *progress) anew(service string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.told, func(key string, _ bool) bool { return strings.HasPrefix(key, service+"\x00") })
	p.failed = slices.DeleteFunc(p.failed, func(r stack.Progress) bool { return r.Service == service })
}

// say prints something else, where the line with what is going on does not get
// into it.
func (p *progress) say(print func() error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	if err := print(); err != nil && p.err == nil {
		p.err = err
	}
	p.draw()
}

// finalLine is what stays on the screen of one report, if anything does.
// The parts of a pull or a recreation and BuildKit's own preparations are told
// only on request.
func finalLine(r stack.Progress, verbose bool) (string, bool) {
	if !r.Status.Final() || r.Action == stack.ActResult { // which is printed apart
		return "", false
	}
	part := r.Parent != ""
	if part && !verbose && (r.Action != stack.ActBuild && r.Action != stack.ActNote || strings.HasPrefix(r.Subject, "[internal]") || r.Status == stack.Cached || r.Status == stack.Cancelled) {
		return "", false
	}
	words := []string{safetext.Line(r.Subject)}
	if r.Elapsed > 0 {
		words = append(words, stack.Took(r.Elapsed))
	}
	if r.Was > 0 && (verbose || r.Build != nil) {
		words = append(words, "was "+stack.Took(r.Was))
	}
	if r.Text != "" {
		words = append(words, safetext.Line(r.Text))
	}
	if b := r.Build; b != nil && b.Built() {
		words = append(words, sent(*b), sizes(*b))
	}
	if r.Cause != "" {
		words = append(words, "· "+safetext.Line(r.Cause))
	}
	line := strings.Join(words, "  ")
	if part {
		return fmt.Sprintf("  %s %s", glyph(r.Status), line), true
	}
	return fmt.Sprintf("%s %-10s %s", glyph(r.Status), verb(r), line), true
}

// past is what was done, by action.
var past = map[stack.Action]string{
	stack.ActBuild: "built", stack.ActPull: "pulled", stack.ActCreate: "created", stack.ActRecreate: "recreated",
	stack.ActStart: "started", stack.ActStop: "stopped", stack.ActSync: "synced", stack.ActRun: "ran", stack.ActRestart: "restarted", stack.ActRemove: "removed",
	stack.ActWait: "serving", stack.ActFinish: "finished", stack.ActPredict: "predicted", stack.ActSuite: "asked",
}

// verb is the word a line begins with: what was done, or how else it ended.
func verb(r stack.Progress) string {
	if word, ok := past[r.Action]; ok && r.Status == stack.Done {
		return word
	}
	return string(r.Status)
}

func glyph(s stack.Status) string {
	switch s {
	case stack.Done:
		return "✓"
	case stack.Cached, stack.Unchanged:
		return "="
	case stack.Failed:
		return "✗"
	case stack.Cancelled:
		return "–"
	case stack.Warning:
		return "△"
	default:
		return "·"
	}
}

func (p *progress) tick() {
	t := time.NewTicker(redraw)
	defer t.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-t.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

// draw writes the line with what is going on: the item that began last, which
// is the most particular, and how many others there are.
func (p *progress) draw() {
	if !p.live || len(p.working) == 0 {
		p.clear()
		return
	}
	items := make([]stack.Progress, 0, len(p.working))
	for _, r := range p.working {
		items = append(items, r)
	}
	last := slices.MaxFunc(items, func(a, b stack.Progress) int {
		return cmp.Or(a.At.Add(-a.Elapsed).Compare(b.At.Add(-b.Elapsed)), cmp.Compare(a.ID, b.ID))
	})
	line := fmt.Sprintf("· %s  %s  %s", safetext.Line(last.Subject), safetext.Line(last.Text), stack.Took(time.Since(last.At)+last.Elapsed))
	if n := len(items) - 1; n > 0 {
		line += fmt.Sprintf("  and %d more", n)
	}
	p.print("\r\x1b[K" + safetext.Truncate(line, p.width()-1))
	p.drawn = true
}

func (p *progress) clear() {
	if p.drawn {
		p.print("\r\x1b[K")
		p.drawn = false
	}
}

func (p *progress) print(s string) {
	if _, err := io.WriteString(p.out, s); err != nil && p.err == nil {
		p.err = err
	}
}
