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

// address asks another endpoint from now on. The body for this one is there
// again when one comes back.
func (p *Pane) address(name string) tea.Cmd {
	s := p.session()
	if name = strings.TrimSpace(name); name == "" || name == s.endpoint.String() {
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
	p.sending.Drop()
	p.querying.Drop()
	p.finding.Drop()
	p.form = nil
	s.chosen, s.stale, s.made = name, true, false
	s.last, s.failed, s.stopped, s.view = answer{}, nil, false, outline.View{}
	return p.discover()
}
