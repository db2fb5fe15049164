package main

import (
	"fmt"

	"berth/predict/load"
	"berth/safetext"
	"berth/stack"
	"berth/tui/theme"
)

// tellLoad shows how a run goes, on a terminal in one line.
func (a *app) tellLoad(p load.Plan) (told func(load.Result), over func()) {
	if a.json || !isTerminal(a.err) {
		return nil, func() {}
	}
	return func(r load.Result) {
		left := stack.Count(r.Sent, "request")
		if p.For > 0 {
			left = fmt.Sprintf("%s of %s", theme.Clock(r.Took), theme.Clock(p.For))
		} else if p.Count > 0 {
			left = fmt.Sprintf("%d of %d", r.Sent, p.Count)
		}
		latency := ""
		if r.Answered() {
			latency = fmt.Sprintf("  p50 %s  p99 %s", stack.Took(r.Latency.P50), stack.Took(r.Latency.P99))
		}
		fmt.Fprintf(a.err, "\r\x1b[K%s  %.0f a second%s  %d failed", left, r.Throughput(), latency, r.Failed())
	}, func() { fmt.Fprint(a.err, "\r\x1b[K") }
}

// loadWidth is how wide the histogram is drawn.
const loadWidth = 78

func (a *app) printLoad(doc loaded) error {
	r := doc.Result
	sent := "1 body"
	if doc.Bodies != 1 {
		sent = fmt.Sprintf("%d bodies in turn", doc.Bodies)
	}
	lines := []string{fmt.Sprintf("%s  %s  %s", safetext.Line(doc.Endpoint), r.Plan, sent), ""}
	if r.Answered() {
		lines = append(append(lines, r.Draw(loadWidth)...), "")
	}
	said := r.Lines()
	said[0] += ", " + theme.Bytes(r.Bytes) + " of answers"
	lines = append(lines, said...)
	lines = append(lines, doc.used()...)
	if against := doc.against(); len(against) > 0 {
		lines = append(append(lines, ""), against...)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(a.out, l); err != nil {
			return err
		}
	}
	return nil
}

// used is what the service used meanwhile; nothing when the run was too short
// for a sample.
func (l loaded) used() []string {
	if l.CPU == nil {
		return nil
	}
	return []string{fmt.Sprintf("%s  cpu %.2f cores (%.2f to %.2f)  memory %s (at most %s)", l.Service,
		l.CPU.Median, l.CPU.Min, l.CPU.Max, theme.Bytes(int64(l.Memory.Median)), theme.Bytes(int64(l.Memory.Max)))}
}

// against is how the run before went; nothing when there was none like it.
func (l loaded) against() []string {
	b := l.Before
	if b == nil {
		return nil
	}
	image := "the same image"
	if b.ImageID != l.ImageID {
		image = "image " + stack.ShortID(b.ImageID) + " → " + stack.ShortID(l.ImageID)
	}
	if b.Others {
		image += ", other bodies"
	}
	lines := []string{fmt.Sprintf("against the run of %s, %s", b.At.Local().Format("15:04:05"), image)}
	for _, line := range load.Compare(b.Result, l.Result) {
		lines = append(lines, "  "+line)
	}
	return lines
}
