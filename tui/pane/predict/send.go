package predict

import (
	"context"
	"encoding/json"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/tui/outline"
	"berth/tui/theme"
)

// Send sends the body, as soon as it is known where to. One that does not fit
// is held back once, as `berth predict` asks for --force: what the service says
// to it is worth seeing, but nobody should be surprised by it.
func (p *Pane) Send() tea.Cmd {
	if p.unready() != "" {
		return nil
	}
	if p.discovery.Busy() {
		p.eager = true
		return nil
	}
	s, body, ref := p.session(), p.current(), p.service.Ref
	if len(s.wrong) > 0 && s.warned != string(body) {
		s.warned, s.held = string(body), true
		return nil
	}
	s.stopped, s.held = false, false
	p.sent = time.Now()
	return p.sending.Ask(p.group, func(ctx context.Context) (answer, error) {
		begun := time.Now()
		r, err := p.predictor.Send(ctx, ref, s.endpoint, body)
		a := answer{Response: r, at: time.Now(), body: string(body)}
		a.took = a.at.Sub(begun)
		if err != nil && r.Status == 0 {
			return a, err
		}
		a.amiss = err
		a.took = r.Timing.Total // without what Berth itself needs
		a.doc = outline.Read(a.Body)
		return a, nil
	})
}

// sendText is what sending is called in the help.
func (p *Pane) sendText() string {
	if p.session().held {
		return "send all the same"
	}
	return "send"
}

// sendKey is the key that sends: while one writes, enter is for what is written.
func (p *Pane) sendKey() string {
	if p.editor.area.Focused() || p.form != nil {
		return "ctrl+s"
	}
	return "enter"
}

// verdict is what is to be said of the body: what the schema finds in it as it
// is, or what the service found in it as it was sent.
func (p *Pane) verdict() (text string, tone theme.Tone, wrong []predict.FieldError) {
	s, body := p.session(), p.current()
	switch {
	case !s.known:
		return "", theme.Plain, nil
	case len(s.wrong) > 0 && !json.Valid(body):
		return "✕ not JSON", theme.Bad, s.wrong
	case len(s.wrong) > 0:
		return "✕ " + theme.Count(len(s.wrong), "error"), theme.Bad, s.wrong
	case s.failed == nil && s.last.body == string(body) && len(s.last.FieldErrors) > 0:
		return "✕ refused: " + theme.Count(len(s.last.FieldErrors), "error"), theme.Bad, s.last.FieldErrors
	case !s.endpoint.Checked():
		return "✓ JSON", theme.Good, nil
	default:
		return "✓ valid", theme.Good, nil
	}
}
