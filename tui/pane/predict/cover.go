package predict

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict/batch"
	"berth/predict/load"
	"berth/predict/suite"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/pane/predict/batches"
	"berth/tui/pane/predict/coldstart"
	"berth/tui/pane/predict/history"
	"berth/tui/pane/predict/loads"
	"berth/tui/pane/predict/suites"
	"berth/tui/pane/predict/versus"
	"berth/tui/theme"
)

// cover is what stands in place of the request while one looks at it.
type cover interface {
	Restyle(theme.Theme)
	// Update takes the messages that the cover waits for, and ignores others.
	Update(tea.Msg) tea.Cmd
	Keys() []bind.Action
	// Running reports whether something is under way: its clock goes on then.
	Running() bool
	View(w, h int, now time.Time, focused bool) []string
	// Close gives up what is under way.
	Close()
}

// wheeler is a cover that scrolls.
type wheeler interface{ Wheel(lines int) tea.Cmd }

// modes are the keys of each cover.
func modes() []bind.Set {
	return []bind.Set{
		{Name: "the history", Actions: new(history.View).Keys()},
		{Name: "the suites", Actions: new(suites.View).Keys()},
		{Name: "a load", Actions: new(loads.View).Keys()},
		{Name: "a table", Actions: new(batches.View).Keys()},
		{Name: "a cold start", Actions: new(coldstart.View).Keys()},
		{Name: "two images", Actions: new(versus.View).Keys()},
	}
}

// covers puts one in place of the request, and of the one before.
func (p *Pane) covers(c cover, cmd tea.Cmd) tea.Cmd {
	p.uncover()
	c.Restyle(p.theme)
	p.session().cover = c
	return cmd
}

// uncover has the request again.
func (p *Pane) uncover() tea.Cmd {
	if s := p.session(); s.cover != nil {
		s.cover.Close()
		s.cover = nil
	}
	return nil
}

func (p *Pane) showHistory() tea.Cmd {
	v, cmd := history.New(p.group, p.predictor, p.service.Ref, p.clipboard.Write, history.Leave{Ask: p.asks, Take: p.resend, Back: p.uncover})
	return p.covers(v, cmd)
}

func (p *Pane) showSuites() tea.Cmd {
	v, cmd := suites.New(p.group, p.predictor, p.service.Ref, suites.Leave{Take: p.takeCase, Back: p.uncover})
	return p.covers(v, cmd)
}

func (p *Pane) showLoad(plan load.Plan) tea.Cmd {
	on := loads.Target{Ref: p.service.Ref, Endpoint: p.session().endpoint, Body: p.current()}
	v, cmd := loads.New(p.group, p.predictor, on, plan, loads.Leave{Other: p.ask(p.loadQuestion), Back: p.uncover})
	return p.covers(v, cmd)
}

func (p *Pane) showVersus() tea.Cmd {
	v, cmd := versus.New(p.group, p.predictor, p.service.Ref, p.session().endpoint, p.uncover)
	return p.covers(v, cmd)
}

func (p *Pane) showTable(o batch.Order) tea.Cmd {
	v, cmd := batches.New(p.group, p.predictor, p.service.Ref, p.session().endpoint, p.current(), o, batches.Leave{Other: p.ask(p.tableQuestion), Back: p.uncover})
	return p.covers(v, cmd)
}

func (p *Pane) showStart() tea.Cmd {
	return p.covers(coldstart.New(p.group, p.predictor, p.service.Ref, p.session().endpoint, p.current(), p.uncover), nil)
}

// unloadable is why the body cannot be sent many times.
func (p *Pane) unloadable() string {
	if why := p.unaimed(); why != "" {
		return why
	}
	return when(len(p.session().wrong) > 0, "the body does not fit")
}

// unaimed is why nothing can be sent but one body, which waits for the API.
func (p *Pane) unaimed() string {
	if why := p.unready(); why != "" {
		return why
	}
	return when(!p.session().known, "its API is being read")
}

// incomparable is why no images can be compared.
func (p *Pane) incomparable() string {
	switch {
	case p.service.Ref == (stack.Ref{}) || !p.service.Up():
		return "the service is not running"
	case !p.session().known:
		return "it is not known where to send"
	default:
		return ""
	}
}

// takeCase has a case's body in the editor. A value that the environment gives
// is for the person to type.
func (p *Pane) takeCase(one suite.Case) tea.Cmd {
	p.uncover()
	var params []stack.Sent
	var asked []string
	for _, name := range slices.Sorted(maps.Keys(one.Params)) {
		if value := one.Params[name]; strings.Contains(value, "$") {
			asked = append(asked, safetext.Line(name+"="+value))
		} else {
			params = append(params, stack.Sent{Name: name, Value: value})
		}
	}
	cmd, whole := p.write(one.Endpoint, params, one.Body)
	if whole && len(asked) > 0 {
		p.session().say("to be typed in the form: "+strings.Join(asked, ", "), true)
	}
	return cmd
}

// resend has the body of a remembered prediction in the editor, and sends it.
// What is masked in it is for the person to write again.
func (p *Pane) resend(one stack.Prediction, send bool) tea.Cmd {
	p.uncover()
	cmd, whole := p.write(one.Endpoint, one.Params, []byte(one.Body))
	s := p.session()
	switch {
	case one.Secrets > 0:
		s.say(fmt.Sprintf("what was masked in it, %d times, is to be written again", one.Secrets), true)
	case one.Omitted > 0:
		s.say("it was too long to be kept whole", true)
	case send && p.discovery.Busy():
		p.eager = true
	case send && whole:
		return tea.Batch(cmd, p.Send())
	}
	return cmd
}
