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
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/outline"
	"berth/tui/theme"
)

// pastAnswers is how many answers are listed.
const pastAnswers = 50

// summaryMost is how many bytes of a streamed text are worth being summed up in:
// a line has no room for more.
const summaryMost = 300

// originEdited is a body that the person made.
const originEdited = "edited"

// session is one service's request and what came of it.
type session struct {
	container string // that was there when the service was shown last
	serves    bool   // it did
	stale     bool   // the API is to be read, or read anew
	known     bool   // endpoint is one
	endpoint  predict.Endpoint
	all       []string          // names of endpoints
	chosen    string            // the one that the person chose; empty: the best guess
	letters   map[string]letter // bodies for other endpoints than this one
	headers   []string          // that are sent too
	params    []stack.Sent      // that the person gave
	origin    string            // where the body came from
	given     string            // the body as it was offered
	extent    predict.Extent    // of the body that was asked for last
	made      bool              // the person asked for a generated body instead of their last
	draft     draft             // the body while another service's is in the editor
	fixed     []byte            // a body that is too long for the editor
	wrong     []predict.FieldError
	warned    string // the request that does not fit, which the person was told
	held      bool   // and it was not sent
	formless  string // why the body has no form
	offers    []predict.Correction
	err       error // why the API could not be read, or what was amiss besides
	outside   error // why the person's own editor did not work

	last    answer
	failed  error // why there was no answer to the last request
	stopped bool  // the person did not wait for it
	past    []past
	view    outline.View // on the answer
	behind  bool         // what it shows is not the last answer, or not what is asked of it

	looking

	sending feed.Task[predict.Stream, answer]
	cover   cover // nil: the request is shown
}

// answer is a response, made readable where it came in: a large one takes
// longer than a frame.
type answer struct {
	predict.Response
	at      time.Time // when it was there; zero: there is none
	took    time.Duration
	asked   string // the endpoint
	request string // what was sent, see session.request
	doc     *outline.Doc
	amiss   error     // what went wrong besides
	against *Replayed // it came from a rebuild; nil: it was asked for here
}

// past is an answer in one line.
type past struct {
	at      time.Time
	asked   string // the endpoint
	status  int    // 0: no answer
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
	endpoint := s.chosen
	return p.discovery.Ask(p.group, func(ctx context.Context) (Offer, error) { return p.predictor.Discover(ctx, ref, endpoint) })
}

// discovered takes up the API. A body that the person changed is kept.
func (p *Pane) discovered(o Offer, err error) {
	s := p.session()
	s.err = err
	if err != nil && o.Endpoint.Path == "" {
		s.known = false
		return
	}
	s.known, s.endpoint, s.all, s.headers = true, o.Endpoint, o.All, o.Headers
	if !s.give() {
		p.eager = false // it would be another request
	}
	if p.edits() {
		p.check()
		return
	}
	if s.made {
		p.remake()
		return
	}
	p.offer(o.Body, o.Origin)
}

// give has the parameters that the person gave in the endpoint, tells of those
// that it does not have, and reports whether it has all.
func (s *session) give() bool {
	given := len(s.params)
	var kept []stack.Sent
	for _, param := range s.params {
		e, err := s.endpoint.WithParam(param.Name, param.Value)
		if err != nil {
			s.say(fmt.Sprintf("%s has no parameter %s: %s is not sent", safetext.Line(s.endpoint.String()), safetext.Line(param.Name), safetext.Line(param.Value)), true)
			continue
		}
		s.endpoint, kept = e, append(kept, param)
	}
	s.params = kept
	return len(kept) == given
}

// adopt asks the endpoint with other parameters from now on.
func (s *session) adopt(e predict.Endpoint) {
	s.endpoint, s.params = e, nil
	for _, param := range e.Params {
		if param.Origin == predict.OriginGiven {
			s.params = append(s.params, stack.Sent{Name: param.Name, Value: param.Value, In: param.In})
		}
	}
}

// edits reports whether the body is no longer the one that was offered.
func (p *Pane) edits() bool {
	s, text := p.session(), p.editor.text()
	if s.fixed != nil {
		return s.origin == originEdited
	}
	return text != "" && text != s.given
}

// offer puts a body into the editor, as something that can be undone.
func (p *Pane) offer(body []byte, origin string) {
	s := p.session()
	s.origin, s.fixed = origin, nil
	s.given = visible(predict.Pretty(body))
	if !p.editor.replace(s.given) {
		p.editor.replace("")
		s.fixed, s.given = body, ""
	}
	p.check()
}

// reset offers the body that the document alone gives.
func (p *Pane) reset() {
	s := p.session()
	s.made, s.extent = true, predict.UsualFields
	body, origin, err := s.endpoint.FirstBody(nil)
	s.err = err
	p.offer(body, origin)
}

// remake offers the body of the kind that was asked for last.
func (p *Pane) remake() {
	s := p.session()
	if s.extent == predict.UsualFields {
		p.reset()
		return
	}
	body, err := s.endpoint.Body(s.extent)
	s.err = err
	p.offer(body, [...]string{"", "required fields", "all fields"}[s.extent])
}

// extend offers a body with all fields, then one with those alone that are
// required, then the usual one again.
func (p *Pane) extend() {
	s := p.session()
	next := map[predict.Extent]predict.Extent{predict.UsualFields: predict.AllFields, predict.AllFields: predict.RequiredFields}[s.extent]
	s.made, s.extent = true, next
	p.remake()
}

// open gives the body to the person's own editor.
func (p *Pane) open() tea.Cmd { return editOutside(p.service.Ref, p.current()) }

// edited takes it back.
func (p *Pane) edited(e edited) {
	s := p.session()
	if s.outside = e.err; e.err != nil || string(e.body) == string(p.current()) {
		return
	}
	s.fixed = nil
	if !p.editor.replace(plain(string(e.body))) { // inside strings JSON has neither tabs nor line ends
		p.editor.replace("")
		s.fixed, s.origin, s.given = e.body, originEdited, ""
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

// current is the body as it would be sent.
func (p *Pane) current() []byte {
	if f := p.session().fixed; f != nil {
		return f
	}
	return []byte(p.editor.text())
}

// request tells a request from others to the endpoint: its body and parameters.
func (s *session) request(body []byte) string {
	text := string(body)
	for _, param := range s.endpoint.Params {
		if param.Origin != "" {
			text += "\n" + param.In + " " + param.Name + "=" + param.Value
		}
	}
	return text
}

// answers reports whether an answer is to what the session would send now. Of a
// rebuild's the body alone is known.
func (a answer) answers(s *session, body []byte) bool {
	if a.against != nil {
		return a.against.Body == string(body)
	}
	return a.request == s.request(body)
}

// check finds what in the request does not fit the endpoint.
func (p *Pane) check() {
	s, body := p.session(), p.current()
	if s.wrong = nil; s.known {
		s.wrong = s.endpoint.Validate(body)
	}
	s.held = s.held && s.warned == s.request(body)
	s.offers, s.formless = nil, ""
	if _, _, wrong := p.verdict(); len(wrong) > 0 {
		s.offers = s.endpoint.Corrections(body, wrong)
	}
	if s.fixed != nil {
		s.formless = "the body is too long to edit here; ctrl+o opens it in your editor"
		p.form = nil
		return
	}
	fields, more, err := s.endpoint.Fields(body)
	if err != nil {
		s.formless = err.Error()
	}
	p.refill(fields, more)
}

// answered takes up what came back, or that nothing did.
func (s *session) answered(a answer, err error) {
	s.failed = err
	entry := past{at: a.at, asked: a.asked, took: a.took}
	if err != nil {
		entry.summary = theme.Brief(err)
	} else {
		s.last = a
		var summary []string
		for _, v := range a.Summary() {
			summary = append(summary, v.String())
		}
		if a.Stream != nil {
			summary = append(summary, safetext.Line(a.Stream.Text[:min(len(a.Stream.Text), summaryMost)]))
		}
		entry.status, entry.size, entry.summary = a.Status, a.size(), strings.Join(summary, "  ")
	}
	s.past = append([]past{entry}, s.past...)
	s.past = s.past[:min(len(s.past), pastAnswers)]
}

func (a answer) size() int64 { return int64(len(a.Body)) + a.Truncated }
