// Package history is the remembered predictions of a service: one looks for
// them, reads one whole, compares two, sends one again, or copies it as a
// command.
package history

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/list"
	"berth/tui/outline"
	"berth/tui/prompt"
	"berth/tui/take"
	"berth/tui/theme"
)

// Source is where they are remembered.
type Source interface {
	// Past is remembered predictions, without their bodies and answers.
	Past(ctx context.Context, q stack.PredictionQuery) (stack.PredictionPage, error)
	// PastOne is one of them, whole; false when it is no longer there.
	PastOne(ctx context.Context, id int64) (stack.Prediction, bool, error)
	// Written is a prediction as a command of curl or berth, or as Python, and
	// the variables of the environment that it needs: secrets are not kept.
	Written(one stack.Prediction, as string) (text string, variables []string, err error)
	// Differ compares the answers of two, as the loop does.
	Differ(before, now stack.Prediction) predict.Comparison
}

// Leave are the ways out of it.
type Leave struct {
	Ask  func(prompt.Question) tea.Cmd // and back again
	Take func(one stack.Prediction, send bool) tea.Cmd
	Back func() tea.Cmd
}

// page is how many predictions are asked for at once.
const page = 100

// View is the history while it is looked at.
type View struct {
	group  *feed.Group
	source Source
	ref    stack.Ref
	native func(string) error // the machine's own clipboard; nil: there is none
	leave  Leave
	theme  theme.Theme

	seeking feed.Slot[found]
	reading feed.Slot[whole]

	text    string // what they have in them; empty: anything
	list    []stack.Prediction
	more    bool  // there are older ones
	dropped int64 // gave way to newer ones
	err     error
	known   bool
	cursor  list.Cursor
	one     whole // the selected one; ID 0: it is being read
	unread  error // why it could not be
	body    outline.View
	answer  outline.View
	mark    stack.Prediction // the one that others are compared with; ID 0: none
	said    string           // what became of the last thing done
}

// found is a page of them; from is the ID that it goes on from.
type found struct {
	page stack.PredictionPage
	from int64
}

// whole is one of them, made readable where it was read: a large one takes
// longer than a frame.
type whole struct {
	stack.Prediction

	body, answer *outline.Doc
	briefBody    string // for little room
	briefAnswer  string
	against      *against // nil: it is not compared
}

// against is what it has to do with the marked one.
type against struct {
	at          string
	head        string
	differences []string
	took        string
}

// New begins to read the history; the command waits for it.
func New(g *feed.Group, s Source, r stack.Ref, native func(string) error, leave Leave) (*View, tea.Cmd) {
	v := &View{group: g, source: s, ref: r, native: native, leave: leave}
	return v, v.seek(0)
}

// Close gives up what is being read.
func (v *View) Close() {
	v.seeking.Drop()
	v.reading.Drop()
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) {
	v.theme = t
	v.body.Restyle(t)
	v.answer.Restyle(t)
}

// Update takes up what was read.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case feed.Answer[found]:
		if v.seeking.Take(msg) {
			return v.sought(msg.Value, msg.Err)
		}
	case feed.Answer[whole]:
		if v.reading.Take(msg) {
			v.read(msg.Value, msg.Err)
		}
	case take.Done:
		if msg.For == v {
			v.said = msg.Text
		}
	}
	return nil
}

// Running reports whether something is under way.
func (v *View) Running() bool { return false }

// Wheel goes through the list.
func (v *View) Wheel(lines int) tea.Cmd {
	bind.Wheel(&v.cursor, lines)
	return v.moved()
}

// seek asks for a page of what is looked for, older than an ID.
func (v *View) seek(before int64) tea.Cmd {
	q := stack.PredictionQuery{Project: v.ref.Project, Service: v.ref.Service, Text: v.text, Before: before, Limit: page}
	return v.seeking.Ask(v.group, func(ctx context.Context) (found, error) {
		page, err := v.source.Past(ctx, q)
		return found{page, before}, err
	})
}

// sought takes up a page. What could be read comes beside an error too.
func (v *View) sought(f found, err error) tea.Cmd {
	if f.from == 0 {
		v.list = nil
		v.cursor.Reset(0)
	}
	v.list = append(v.list, f.page.Predictions...)
	v.cursor.Grow(len(v.list))
	v.more, v.dropped, v.err, v.known = f.page.More, f.page.Dropped, err, true
	return v.reread()
}

// moved reads the one that is selected now, and asks for older ones near the
// end.
func (v *View) moved() tea.Cmd {
	v.said = ""
	var older tea.Cmd
	if v.more && v.cursor.At > len(v.list)-page/4 && !v.seeking.Busy() {
		older = v.seek(v.list[len(v.list)-1].ID)
	}
	return tea.Batch(v.reread(), older)
}

// reread reads the selected one whole, unless it is there.
func (v *View) reread() tea.Cmd {
	if v.cursor.At >= len(v.list) {
		v.one = whole{}
		v.reading.Drop()
		return nil
	}
	id, mark := v.list[v.cursor.At].ID, v.mark
	if v.one.ID == id {
		return nil
	}
	v.one, v.unread = whole{}, nil
	return v.reading.Ask(v.group, func(ctx context.Context) (whole, error) {
		one, ok, err := v.source.PastOne(ctx, id)
		if err == nil && !ok {
			err = fmt.Errorf("prediction %d is no longer kept", id)
		}
		answer := []byte(one.Answer)
		if text, ok := predict.Spoken(answer); ok {
			answer = []byte(text)
		}
		w := whole{Prediction: one, body: outline.Read([]byte(one.Body)), answer: outline.Read(answer)}
		w.briefBody, w.briefAnswer = briefly(one.Body), briefly(string(answer))
		if err == nil && mark.ID != 0 && mark.ID != id {
			w.against = compare(mark, one, v.source.Differ(mark, one))
		}
		return w, err
	})
}

// read takes it up.
func (v *View) read(w whole, err error) {
	if err != nil {
		v.unread = err
		return
	}
	if v.mark.ID == 0 { // no longer
		w.against = nil
	}
	v.one = w
	v.body, v.answer = outline.New(w.body), outline.New(w.answer)
	v.body.Restyle(v.theme)
	v.answer.Restyle(v.theme)
}

// compare says how one differs from another.
func compare(a, b stack.Prediction, c predict.Comparison) *against {
	head := "the same answer"
	if !c.Same {
		head = theme.Count(len(c.Differences), "value") + " differ"
		if len(c.Differences) == 1 {
			head = "1 value differs"
		}
	}
	if a.Status != b.Status {
		head = fmt.Sprintf("status %d → %d, %s", a.Status, b.Status, head)
	}
	if a.Body != b.Body {
		head += ", to another body"
	}
	r := &against{at: a.At.Local().Format("15:04:05"), head: head, took: stack.Took(a.Took) + " → " + stack.Took(b.Took)}
	for _, d := range c.Differences {
		r.differences = append(r.differences, d.String())
	}
	return r
}

// Keys are the keys in the history.
func (v *View) Keys() []bind.Action {
	none, unmarked := "", ""
	if v.one.ID == 0 {
		none = "there is none"
	}
	if v.mark.ID == 0 {
		unmarked = "none is marked"
	}
	again := func(send bool) func() tea.Cmd {
		return func() tea.Cmd { return v.leave.Take(v.one.Prediction, send) }
	}
	return slices.Concat([]bind.Action{
		bind.New("past.again", "send it again", again(true), "enter").Unless(none),
		bind.New("past.edit", "edit its body", again(false), "i").Unless(none),
		bind.New("past.mark", "compare others with it", v.marks, "m").Unless(none),
		bind.New("past.unmark", "compare no longer", v.unmarks, "M").Unless(unmarked).Quietly(),
		bind.New("past.curl", "copy as curl", v.write("curl", "curl"), "y").Unless(none),
		bind.New("past.python", "copy as Python", v.write("python", "Python"), "Y").Unless(none).Quietly(),
		bind.New("past.berth", "copy as a berth command", v.write("berth", "a berth command"), "c").Unless(none).Quietly(),
		bind.New("past.find", "find", v.find, "/"),
		bind.New("past.close", "back to the request", func() tea.Cmd { return v.leave.Back() }, "esc", "h"),
	}, v.scrolling())
}

// scrolling are the keys that move the selection, which is then read.
func (v *View) scrolling() []bind.Action {
	all := bind.Scrolling(&v.cursor)
	for n := range all {
		move := all[n].Do
		all[n].Do = func() tea.Cmd {
			move()
			return v.moved()
		}
	}
	return all
}

func (v *View) marks() tea.Cmd {
	v.mark, v.one.against = v.one.Prediction, nil
	return nil
}

func (v *View) unmarks() tea.Cmd {
	v.mark, v.one.against = stack.Prediction{}, nil
	return nil
}

// find looks for a text while it is typed.
func (v *View) find() tea.Cmd {
	look := func(text string) (tea.Cmd, error) {
		if v.text == text {
			return nil, nil
		}
		v.text = text
		return v.seek(0), nil
	}
	return v.leave.Ask(prompt.Question{
		Name: "history", Verb: "find", Label: "/", Help: "a text in the endpoint, the body, the answer or the error",
		Try:    look,
		Accept: func(string) (tea.Cmd, error) { return nil, nil },
		Leave:  func() tea.Cmd { cmd, _ := look(""); return cmd },
	})
}

// write copies the selected one.
func (v *View) write(as, name string) func() tea.Cmd {
	return func() tea.Cmd {
		text, variables, err := v.source.Written(v.one.Prediction, as)
		if err != nil {
			v.said = safetext.Line(err.Error())
			return nil
		}
		v.said = "copied as " + name
		if len(variables) > 0 {
			v.said += "; it needs $" + safetext.Line(strings.Join(variables, ", $")) + " in the environment: secrets are not kept"
		}
		return take.Copy(v, "the request", text, v.native)
	}
}
