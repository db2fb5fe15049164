package predict

import (
	"context"
	"encoding/json"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/tui/feed"
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
	endpoint := s.endpoint // as it is now: it may be read anew meanwhile
	request := s.request(body)
	if len(s.wrong) > 0 && s.warned != request {
		s.warned, s.held = request, true
		return nil
	}
	s.stopped, s.held, s.made = false, false, false
	return s.sending.Start(p.group, func(ctx context.Context, tell func(predict.Stream)) (answer, error) {
		begun := time.Now()
		r, err := p.predictor.Send(ctx, ref, endpoint, body, tell)
		a := answer{Response: r, at: time.Now(), asked: endpoint.String(), request: request}
		a.took = a.at.Sub(begun)
		if err != nil && r.Status == 0 {
			return a, err
		}
		a.amiss = err
		a.took = r.Timing.Total // without what Berth itself needs
		a.doc = outline.Read(a.Body)
		switch {
		case r.Stream != nil && r.Stream.Text != "":
			a.doc = outline.Read([]byte(r.Stream.Text))
		case r.Binary():
			a.doc = outline.Read([]byte("bytes that are no text: S saves them"))
		}
		return a, nil
	})
}

// told takes up the answer, or its parts as they come, with the end in sight.
// Those of a service that is not shown are looked at when it is.
func (p *Pane) told(news feed.Told[predict.Stream, answer]) tea.Cmd {
	for ref, s := range p.sessions {
		cmd, ok := s.sending.Take(news)
		shown := ref == p.service.Ref
		switch {
		case !ok:
			continue
		case s.sending.Running():
			s.show(outline.Read([]byte(s.sending.Progress.Text)), p.theme)
			s.view.Bottom()
		case s.sending.Done():
			s.answered(s.sending.Result, s.sending.Err)
			s.sending.Close()
			if s.behind = !shown; shown {
				p.check()
				return tea.Batch(cmd, p.look())
			}
		}
		return cmd
	}
	return nil
}

// mend makes the corrections that are offered, as one step that can be undone.
func (p *Pane) mend() tea.Cmd {
	s := p.session()
	e, body, err := s.endpoint.Corrected(p.current(), s.offers)
	if err != nil {
		s.say(err.Error(), true)
		return nil
	}
	s.adopt(e)
	p.editor.replace(visible(body))
	p.check()
	return nil
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
	case len(s.wrong) > 0 && s.endpoint.JSON() && !json.Valid(body):
		return "✕ not JSON", theme.Bad, s.wrong
	case len(s.wrong) > 0:
		return "✕ " + theme.Count(len(s.wrong), "error"), theme.Bad, s.wrong
	case s.failed == nil && s.last.answers(s, body) && len(s.last.FieldErrors) > 0:
		return "✕ refused: " + theme.Count(len(s.last.FieldErrors), "error"), theme.Bad, s.last.FieldErrors
	case !s.endpoint.JSON():
		return "✓ sent as it is", theme.Good, nil
	case !s.endpoint.Checked():
		return "✓ JSON", theme.Good, nil
	default:
		return "✓ valid", theme.Good, nil
	}
}
