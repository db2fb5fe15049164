package main

import (
	"fmt"
	"strings"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/store"

	"github.com/spf13/pflag"
)

// requestOptions is what a request has besides its body.
type requestOptions struct {
	params  []string // name=value
	headers []string // Name: value
	kind    string   // of the body, for an endpoint that is not described
}

func (o *requestOptions) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&o.params, "param", nil, "parameter, as `NAME=VALUE`, of the path, the query, a header or a cookie, as the endpoint has them; again for each item of a list")
	f.StringArrayVarP(&o.headers, "header", "H", nil, "`'Name: value'` to send too; $NAME is taken from the environment, as in 'Authorization: Bearer $TOKEN' or 'Authorization: Basic $USER:$PASSWORD'")
	f.StringVar(&o.kind, "content-type", "", "media type of the body, for an endpoint that is not described")
}

// on gives the endpoint its parameters, and the media type if nothing describes
// it.
func (o requestOptions) on(e predict.Endpoint) (predict.Endpoint, error) {
	var names []string
	values := map[string][]string{} // a list has several
	for _, text := range o.params {
		name, value, found := strings.Cut(text, "=")
		if !found {
			return e, usage(fmt.Errorf("--param %s has no value", text), "as in --param limit=10")
		}
		if values[name] == nil {
			names = append(names, name)
		}
		values[name] = append(values[name], value)
	}
	for _, name := range names {
		var err error
		if e, err = e.WithParam(name, values[name]...); err != nil {
			return e, err
		}
	}
	if o.kind != "" {
		return e.WithMediaType(o.kind)
	}
	return e, nil
}

// headersOf are those of the settings and of the command line; of two with one
// name the last counts.
func headersOf(settings *store.Settings, given []string) ([]predict.Header, error) {
	var all []predict.Header
	for _, text := range append(strings.Split(settings.PredictHeaders, "\n"), given...) {
		if strings.TrimSpace(text) == "" {
			continue
		}
		h, err := predict.ParseHeader(text)
		if err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, nil
}

// streaming prints the text of an answer that comes in parts, as it comes.
type streaming struct {
	app  *app
	seen int
	raw  bool // what was printed are parts themselves
	open bool // the last line has no end yet
	err  error
}

func (s *streaming) take(now predict.Stream) {
	if s.raw && !now.Raw { // there is a text after all: the parts before are none of it
		s.seen = 0
	}
	s.raw = now.Raw
	if s.err != nil || len(now.Text) <= s.seen { // shorter: a secret in it was concealed
		return
	}
	s.open = !strings.HasSuffix(now.Text, "\n")
	lines := strings.SplitAfter(now.Text[s.seen:], "\n")
	for _, l := range lines {
		text, ended := strings.CutSuffix(l, "\n")
		text = safetext.Line(text)
		if ended {
			text += "\n"
		}
		if _, err := fmt.Fprint(s.app.out, text); err != nil {
			s.err = err
			return
		}
	}
	s.seen = len(now.Text)
}

// end ends the last line.
func (s *streaming) end() {
	if s.open && s.err == nil {
		_, s.err = fmt.Fprintln(s.app.out)
	}
}

// streamLine says how fast the parts came.
func streamLine(s predict.Stream) string {
	line := fmt.Sprintf("%s, first %s after %s", stack.Count(s.Events, "part"), s.Unit(), stack.Took(s.First))
	if s.Events == 1 {
		line = fmt.Sprintf("1 part, after %s", stack.Took(s.First))
	}
	if s.Counted {
		line += fmt.Sprintf(", %d tokens", s.Tokens)
	}
	if speed := s.PerSecond(); speed > 0 {
		line += fmt.Sprintf(", %.1f a second", speed)
	}
	return line
}
