package predict

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/outline"
)

// letter is the body for an endpoint, while that of another is in the editor.
type letter struct {
	draft  draft
	given  string
	origin string
	fixed  []byte
	params []stack.Sent
}

// turn goes to another of the endpoints, round the end.
func (p *Pane) turn(by int) func() tea.Cmd {
	return func() tea.Cmd {
		s := p.session()
		n := slices.Index(s.all, s.endpoint.String())
		return p.address(s.all[(n+by+len(s.all))%len(s.all)])
	}
}

// address asks another endpoint from now on; without a name the best guess. The
// body for this one is there again when one comes back.
func (p *Pane) address(name string) tea.Cmd {
	s := p.session()
	if name = strings.TrimSpace(name); name == s.endpoint.String() && s.known || name == "" && s.chosen == "" {
		return nil
	}
	next := s.letters[name]
	was := letter{given: s.given, origin: s.origin, fixed: s.fixed, params: s.params}
	was.draft = p.editor.swap(next.draft)
	if s.letters == nil {
		s.letters = map[string]letter{}
	}
	if s.known {
		s.letters[s.endpoint.String()] = was
	}
	s.given, s.origin, s.fixed, s.params = next.given, next.origin, next.fixed, next.params
	s.sending.Close()
	p.querying.Drop()
	p.finding.Drop()
	p.form = nil
	s.chosen, s.stale, s.made = name, true, false
	s.last, s.failed, s.stopped, s.view = answer{}, nil, false, outline.View{}
	return p.discover()
}

// write has another request to write, for the endpoint of a name; empty: for
// this one. It reports whether the endpoint has all of the parameters: of one
// that is read only now, that is told then.
func (p *Pane) write(endpoint string, params []stack.Sent, body []byte) (cmd tea.Cmd, whole bool) {
	s := p.session()
	if endpoint != "" && (!s.known || endpoint != s.endpoint.String()) {
		cmd = p.address(endpoint)
	}
	s.params, whole = params, true
	if !s.stale && !p.discovery.Busy() {
		whole = s.give()
	}
	p.offer(body, originEdited)
	s.given = "" // edited, so that what discovering offers does not take its place
	return cmd, whole
}
