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
	if len(s.wrong) > 0 && s.warned != string(body) {
		s.warned, s.held = string(body), true
		return nil
	}
	s.stopped, s.held = false, false
	p.sent = time.Now()
	parts := make(chan predict.Stream, 1)
	asked := p.sending.Ask(p.group, func(ctx context.Context) (answer, error) {
		defer close(parts)
		begun := time.Now()
		r, err := p.predictor.Send(ctx, ref, endpoint, body, func(now predict.Stream) {
			select { // the newest has all that came before
			case <-parts:
			default:
			}
			parts <- now
		})
		a := answer{Response: r, at: time.Now(), body: string(body)}
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
	return tea.Batch(asked, p.listen(parts))
}

// listen shows the parts of an answer as they come.
func (p *Pane) listen(parts <-chan predict.Stream) tea.Cmd {
	p.live, p.parts = predict.Stream{}, feed.Open(p.group, feed.Latest[predict.Stream]())
	p.parts.Go(func(ctx context.Context, emit func(predict.Stream)) error {
		for {
			select {
			case now, more := <-parts:
				if !more {
					return nil
				}
				emit(now)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return p.parts.Next
}

// flows takes up what came meanwhile, and keeps the end in sight.
func (p *Pane) flows(b feed.Batch[predict.Stream]) tea.Cmd {
	if b.From != p.parts {
		return nil
	}
	if len(b.Items) > 0 && p.sending.Busy() {
		p.live = b.Items[len(b.Items)-1]
		s := p.session()
		s.show(outline.Read([]byte(p.live.Text)), p.theme)
		s.view.Bottom()
	}
	if b.Done {
		return nil
	}
	return p.parts.Next
}

// mend makes the corrections that are offered, as one step that can be undone.
func (p *Pane) mend() tea.Cmd {
	s := p.session()
	body, err := s.endpoint.Corrected(p.current(), s.offers)
	if err != nil {
		s.say(err.Error(), true)
		return nil
	}
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
	case s.failed == nil && s.last.body == string(body) && len(s.last.FieldErrors) > 0:
		return "✕ refused: " + theme.Count(len(s.last.FieldErrors), "error"), theme.Bad, s.last.FieldErrors
	case !s.endpoint.JSON():
		return "✓ sent as it is", theme.Good, nil
	case !s.endpoint.Checked():
		return "✓ JSON", theme.Good, nil
	default:
		return "✓ valid", theme.Good, nil
	}
}
