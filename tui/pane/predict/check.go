package predict

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/theme"
)

// check is the project's suites, asked about the service.
type check struct {
	stream  *feed.Stream[checked]
	began   time.Time
	last    checked
	at, top int
	height  int // lines there were for the list
}

// checked is how far they are, and in the end what came of them.
type checked struct {
	n, of  int
	report *suite.Report // nil: there are none, or they are being asked
	err    error
	done   bool
}

// ask asks them anew.
func (p *Pane) askSuites() tea.Cmd {
	p.endCheck()
	ref := p.service.Ref
	c := &check{began: time.Now(), stream: feed.Open(p.group, feed.Latest[checked]())}
	p.checking = c
	c.stream.Go(func(ctx context.Context, emit func(checked)) error {
		var last checked
		report, err := p.predictor.Check(ctx, ref, func(n, of int) {
			last = checked{n: n, of: of}
			emit(last)
		})
		emit(checked{last.n, last.of, report, err, true})
		return nil
	})
	return c.stream.Next
}

// endCheck leaves the suites; those that are under way are given up.
func (p *Pane) endCheck() {
	if p.checking != nil {
		p.checking.stream.Close()
		p.checking = nil
	}
}

// checks takes up how far they are.
func (p *Pane) checks(b feed.Batch[checked]) tea.Cmd {
	c := p.checking
	if c == nil || b.From != c.stream {
		return nil
	}
	for _, now := range b.Items {
		c.last = now
	}
	if r := c.last.report; r != nil && c.at == 0 { // what did not pass is looked at first
		for n, one := range r.Results {
			if one.Outcome != suite.Passed {
				c.at = n
				break
			}
		}
	}
	if b.Done {
		return nil
	}
	return c.stream.Next
}

func (c *check) results() []suite.Result {
	if c == nil || c.last.report == nil {
		return nil
	}
	return c.last.report.Results
}

// checkKeys are the keys in the suites.
func (p *Pane) checkKeys() []bind.Action {
	c := p.checking
	none, under := "", "they are being asked"
	if len(c.results()) == 0 {
		none = "there is no case"
	}
	if c == nil || c.last.done {
		under = ""
	}
	move := func(n int) func() tea.Cmd {
		return func() tea.Cmd { c.at = max(0, min(c.at+n, len(c.results())-1)); return nil }
	}
	page := func(by int) func() tea.Cmd {
		return func() tea.Cmd { return move(by * max(1, c.height-1))() }
	}
	return []bind.Action{
		bind.New("suite.again", "ask again", p.askSuites, "enter").Unless(under),
		bind.New("suite.edit", "take its body", p.takeCase, "i").Unless(none),
		bind.New("suite.close", "back to the request", func() tea.Cmd { p.endCheck(); return nil }, "esc", "C"),
		bind.New("scroll.up", "line up", move(-1), "up", "k").Quietly(),
		bind.New("scroll.down", "line down", move(1), "down", "j").Quietly(),
		bind.New("scroll.pageup", "page up", page(-1), "pgup").Quietly(),
		bind.New("scroll.pagedown", "page down", page(1), "pgdown", "space").Quietly(),
		bind.New("scroll.top", "top", move(-1<<30), "g", "home").Quietly(),
		bind.New("scroll.bottom", "bottom", move(1<<30), "G", "end").Quietly(),
	}
}

// takeCase has a case's body in the editor.
func (p *Pane) takeCase() tea.Cmd {
	one := p.checking.results()[p.checking.at]
	p.endCheck()
	s := p.session()
	var cmd tea.Cmd
	if one.Case.Endpoint != "" && (!s.known || one.Case.Endpoint != s.endpoint.String()) {
		cmd = p.address(one.Case.Endpoint)
	}
	p.offer(one.Case.Body, originEdited)
	s.given = ""
	return cmd
}

// keepCase makes the last prediction a case of a name.
func (p *Pane) keepCase(name string) tea.Cmd {
	service := p.service.Ref.Service
	return p.kept.Ask(p.group, func(context.Context) (caseKept, error) {
		where, err := p.predictor.Keep(service, name)
		return caseKept(where), err
	})
}

// caseKept is where a case is now.
type caseKept string

func (p *Pane) tookCase(where caseKept, err error) {
	if err != nil {
		p.session().say(strings.Join(safetext.Block(err.Error()), " "), true)
		return
	}
	p.session().say("kept in "+safetext.Line(string(where)), false)
}

// glyphOf says how a case went.
func glyphOf(o suite.Outcome) (string, theme.Tone) {
	switch o {
	case suite.Passed:
		return "✓", theme.Good
	case suite.Changed:
		return "△", theme.Warn
	default:
		return "✕", theme.Bad
	}
}

// checkView is the verdict, the cases, and what is wrong with the selected one.
func (p *Pane) checkView(now time.Time, focused bool) []string {
	c, t := p.checking, p.theme
	head := t.Strong.Render("Suites of " + suite.Dir + "/")
	r := c.last.report
	switch {
	case !c.last.done:
		of := ""
		if c.last.of > 0 {
			of = fmt.Sprintf("  %d of %s", c.last.n, theme.Count(c.last.of, "case"))
		}
		return []string{head, "", t.Tone(theme.Working).Render("◐ asking"+of) + "  " + theme.Clock(now.Sub(c.began))}
	case c.last.err != nil:
		return append([]string{head, "", t.Tone(theme.Bad).Render("✕ The suites could not be asked.")}, explain(c.last.err, p.w)...)
	case r == nil:
		return []string{
			head, "", "No case is about " + safetext.Line(p.service.Ref.String()) + " yet.", "",
			t.Key.Render("esc") + t.Muted.Render("  goes back to the request"),
			t.Key.Render("K") + t.Muted.Render("    there keeps the last answer as a case, in "+suite.Dir+"/"),
		}
	}
	tone := theme.Good
	if !r.OK() {
		tone = theme.Warn
	}
	lines := append([]string{head}, theme.Wrap(t.Tone(tone).Render(r.Verdict), p.w)...)
	for _, f := range r.Flaws {
		lines = append(lines, theme.Cut(t.Tone(theme.Bad).Render("✕ "+safetext.Line(f.String())), p.w))
	}
	lines = append(lines, "")
	detail := p.caseLines(p.w)
	room := max(1, p.h-len(lines))
	list := max(1, min(len(r.Results), room-min(len(detail)+1, room/2)))
	c.height = list
	if len(r.Results) > list {
		c.height = max(1, list-1)
	}
	c.top = max(c.at-c.height+1, min(c.top, c.at))
	for n := c.top; n < min(len(r.Results), c.top+c.height); n++ {
		lines = append(lines, p.caseRow(r.Results[n], n == c.at, focused))
	}
	if mark := theme.Unseen(c.top, len(r.Results)-c.top-c.height); len(r.Results) > list {
		lines = append(lines, t.Muted.Render(mark))
	}
	lines = append(append(lines, ""), detail...)
	return lines[:min(len(lines), p.h)]
}

func (p *Pane) caseRow(one suite.Result, selected, focused bool) string {
	t := p.theme
	cursor, style := "  ", t.Text
	if selected {
		cursor = "▏ "
		if focused {
			cursor, style = t.Accent.Render("▏")+" ", t.Strong
		}
	}
	glyph, tone := glyphOf(one.Outcome)
	left := cursor + t.Tone(tone).Render(glyph) + " " + style.Render(safetext.Line(one.Name))
	if one.Outcome != suite.Passed {
		left += "  " + t.Tone(tone).Render(string(one.Outcome))
	}
	return theme.Spread(left, t.Muted.Render(theme.Right(stack.Took(one.Took), 8)), p.w)
}

// caseLines is what there is to say of the selected case.
func (p *Pane) caseLines(w int) []string {
	all := p.checking.results()
	if len(all) == 0 {
		return nil
	}
	one, t := all[p.checking.at], p.theme
	lines := []string{t.Muted.Render(theme.Cut(fmt.Sprintf("%s:%d", safetext.Line(path.Clean(one.File)), one.Line), w))}
	for _, l := range one.Lines() {
		lines = append(lines, theme.Wrap(l, w)...)
	}
	if one.Outcome == suite.Passed && one.Ignored > 0 {
		lines = append(lines, theme.Count(one.Ignored, "place")+" differ, and may")
	}
	return lines
}
