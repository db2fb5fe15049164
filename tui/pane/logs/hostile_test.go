package logs

import (
	"strings"
	"testing"
	"time"

	"berth/logbook"
	"berth/safetext/hostile"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/theme"
)

func FuzzThePaneKeepsToItsCells(f *testing.F) {
	for n, s := range hostile.Strings() {
		if n%8 == 0 && len(s) < 1000 { // all go through the whole screen, in package tui
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		const w, h = 70, 16
		g := feed.NewGroup(t.Context())
		defer g.Close(time.Minute)
		term := hostile.NewTerminal(w+2, h)
		defer term.Close()
		for _, look := range []func(*Pane){
			func(*Pane) {},
			func(p *Pane) { p.settings.Wrap = true },
			func(p *Pane) { p.merged, p.settings.Times = true, Clock },
			func(p *Pane) { _ = p.setFind("."); p.unfolded[p.step(logbook.End(), -1)] = true },
		} {
			p := New(g, nil, Settings{})
			p.Restyle(theme.New(true))
			p.Resize(w, h)
			ref := stack.Ref{Service: "web" + s[:min(len(s), 100)], Number: 1}
			p.service = stack.Service{Ref: ref, ContainerID: "1"}
			p.Services([]stack.Service{p.service})
			for _, stream := range []stack.Stream{stack.Stdout, stack.Notice, stack.Stderr} {
				p.book.Add(stack.LogLine{Ref: ref, Stream: stream, Time: time.Unix(1, 0), Text: s})
			}
			look(p)
			p.view().Scan(1 << 30)
			rows := strings.Split(p.View(time.Unix(100, 0), true), "\n")
			if len(rows) != h {
				t.Fatalf("%.200q: %d rows", s, len(rows))
			}
			for y, row := range rows {
				rows[y] = "\x1b[" + string(rune('0'+(y+1)/10)) + string(rune('0'+(y+1)%10)) + "H[" + row + "]"
			}
			if _, err := term.WriteString("\x1b[2J" + strings.Join(rows, "")); err != nil {
				t.Fatal(err)
			}
			for y := range h {
				if left, right := term.Row(y, 0, 1), term.Row(y, w+1, w+2); left != "[" || right != "]" {
					t.Errorf("%.200q left its cells in row %d: %q %q in %q", s, y, left, right, term.Row(y, 0, w+2))
				}
			}
			if done := term.Done(); len(done) > 0 {
				t.Errorf("%.200q did to the terminal: %.200q", s, done)
			}
		}
	})
}
