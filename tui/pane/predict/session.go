package predict

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/safetext"
	"berth/tui/theme"
)

// The limits of what is edited and laid out here; beyond them a body is sent,
// and an answer shown, as far as it goes, and what is left out is said.
const (
	editLines   = 9_000 // the editor's own limit is 10,000
	answerLines = 2_000
	pastAnswers = 50
)

// session is one service's request and what came of it.
type session struct {
	stale    bool // the API is to be read, or read anew
	known    bool // endpoint is one
	endpoint predict.Endpoint
	origin   string // where the body came from
	given    string // the body as it was offered
	body     string // the text in the editor while another service is shown
	fixed    []byte // a body that is too long to edit
	wrong    []predict.FieldError
	err      error // why the API could not be read, or what was amiss besides

	last    answer
	failed  error // why there was no answer to the last request
	stopped bool  // the person did not wait for it
	past    []past
	text    []string // the answer laid out for width
	width   int
	offset  int // first line of text that is visible
}

// offer is what discovering found.
type offer struct {
	endpoint predict.Endpoint
	body     []byte
	origin   string
}

// answer is a response, made readable where it came in: a large one takes
// longer than a frame.
type answer struct {
	predict.Response
	at    time.Time // when it was there; zero: there is none
	took  time.Duration
	body  string // what was sent
	lines []string
	more  int   // lines beyond them
	amiss error // what went wrong besides
}

// past is an answer in one line.
type past struct {
	at      time.Time
	status  int // 0: no answer
	took    time.Duration
	size    int64
	summary string
}

// discover reads the service's API when that is due.
func (p *Pane) discover() tea.Cmd {
	s := p.session()
	if !p.visible || !s.stale || !p.service.Up() || p.discovery.Busy() {
		return nil
	}
	s.stale = false
	ref := p.service.Ref
	return p.discovery.Ask(p.group, func(ctx context.Context) (offer, error) {
		e, body, origin, err := p.predictor.Discover(ctx, ref)
		return offer{e, body, origin}, err
	})
}

// discovered takes up the API. A body that the person changed is kept.
func (p *Pane) discovered(o offer, err error) {
	s := p.session()
	s.err = err
	if err != nil && o.endpoint.Path == "" {
		s.known = false
		return
	}
	s.known, s.endpoint, s.origin = true, o.endpoint, o.origin
	if p.editor.Value() == s.given || p.editor.Value() == "" {
		s.given = visible(predict.Pretty(o.body))
		p.editor.SetValue(s.given)
		p.editor.MoveToBegin()
		s.fixed = nil
		if p.editor.Value() != s.given {
			s.fixed = o.body
			p.editor.SetValue("")
		}
	}
	p.check()
}

// visible writes characters that do not show, or that a terminal would obey,
// as JSON escapes: the same value, safe to edit.
func visible(body []byte) string {
	var b strings.Builder
	for _, r := range string(body) {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, hi, lo)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// keep puts the editor's text away, load gets that of the service shown now.
func (p *Pane) keep() { p.session().body = p.editor.Value() }

func (p *Pane) load() {
	p.editor.SetValue(p.session().body)
	p.editor.MoveToBegin()
}

// current is the body as it would be sent.
func (p *Pane) current() []byte {
	if f := p.session().fixed; f != nil {
		return f
	}
	return []byte(p.editor.Value())
}

// check finds what in the body does not fit the endpoint.
func (p *Pane) check() {
	s := p.session()
	if s.wrong = nil; s.known {
		s.wrong = s.endpoint.Validate(p.current())
	}
}

// Send sends the body, as soon as it is known where to. One that does not fit
// is sent too: what the service says to it is worth seeing.
func (p *Pane) Send() tea.Cmd {
	if p.unready() != "" {
		return nil
	}
	if p.discovery.Busy() {
		p.eager = true
		return nil
	}
	s, body, ref := p.session(), p.current(), p.service.Ref
	s.stopped = false
	p.sent = time.Now()
	style := predict.Light
	if p.theme.Dark {
		style = predict.Dark
	}
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
		a.lines, a.more = predict.Lines(r.Body, style, answerLines)
		return a, nil
	})
}

// answered takes up what came back, or that nothing did.
func (s *session) answered(a answer, err error) {
	s.failed, s.offset, s.width = err, 0, 0
	entry := past{at: a.at, took: a.took}
	if err != nil {
		entry.summary = strings.Join(safetext.Block(err.Error()), " ")
	} else {
		s.last = a
		var summary []string
		for _, v := range a.Summary() {
			summary = append(summary, v.String())
		}
		entry.status, entry.size, entry.summary = a.Status, a.size(), strings.Join(summary, "  ")
	}
	s.past = append([]past{entry}, s.past...)
	s.past = s.past[:min(len(s.past), pastAnswers)]
}

func (a answer) size() int64 { return int64(len(a.Body)) + a.Truncated }

// layout breaks the answer into lines of a width.
func (s *session) layout(w int) {
	if s.width == w {
		return
	}
	s.width, s.text = w, nil
	for _, l := range s.last.lines {
		s.text = append(s.text, theme.Wrap(l, w)...)
	}
}

func (s *session) scroll(n, height int) {
	s.offset = max(0, min(s.offset+n, len(s.text)-height))
}

// errors is what is wrong with the body: what the schema says of it as it is,
// or what the service said of it as it was sent.
func (s *session) errors(body string) (list []predict.FieldError, by string) {
	if len(s.wrong) > 0 {
		return s.wrong, "schema"
	}
	if s.failed == nil && s.last.body == body {
		return s.last.FieldErrors, "service"
	}
	return nil, ""
}
