package predict

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"berth/tui/theme"
)

// editLines is how long a text may be here; Bubbles' own limit is 10,000.
const editLines = 9_000

// undoSteps is how many states of a text are kept.
const undoSteps = 200

// editor is Bubbles' text area with a history, marks where it is cut, and
// marks at lines that are wrong.
type editor struct {
	area  textarea.Model
	ruler textarea.Model // measures how many lines a text takes
	ruled string         // what the ruler measured last

	draft
}

// draft is a text with its history.
type draft struct {
	kept          state     // while another text is in the editor
	before, after []state   // to be undone, and done again
	typed         time.Time // when the last change was a letter, which others join; zero: it was none
}

// pause ends what is undone together, as the end of a word does.
const pause = time.Second

// state is a text and the cursor in it, in bytes.
type state struct {
	text string
	at   int
}

// numbers is how wide the line numbers are, with the spaces around them.
const numbers = 4

func newEditor() editor {
	e := editor{area: textarea.New(), ruler: textarea.New()}
	for _, a := range []*textarea.Model{&e.area, &e.ruler} {
		a.Prompt = ""
		a.SetVirtualCursor(false)
		a.CharLimit, a.MaxContentHeight = 0, editLines
	}
	// MaxHeight sizes the line numbers too: two digits.
	e.area.MaxHeight = 99
	e.ruler.ShowLineNumbers, e.ruler.DynamicHeight, e.ruler.MaxHeight = false, true, 0
	return e
}

func (e *editor) restyle(t theme.Theme) {
	s := textarea.DefaultStyles(t.Dark)
	for _, state := range []*textarea.StyleState{&s.Focused, &s.Blurred} {
		state.Base, state.Text, state.CursorLine, state.EndOfBuffer = t.Text, t.Text, t.Text, t.Text
		state.Placeholder, state.LineNumber, state.CursorLineNumber = t.Muted, t.Rule, t.Muted
	}
	e.area.SetStyles(s)
}

func (e *editor) text() string { return e.area.Value() }

// swap takes another draft into the editor and returns the one that was there.
func (e *editor) swap(d draft) (was draft) {
	was, was.kept = e.draft, e.state()
	e.area.Blur()
	e.draft = d
	e.put(d.kept)
	return was
}

// replace puts another text in the place of this one, which can be undone. A
// text that cannot be taken whole changes nothing.
func (e *editor) replace(text string) bool {
	was := e.state()
	if text == was.text {
		return true
	}
	if e.tooLong(text) {
		return false
	}
	e.put(state{text: text})
	if e.text() != text {
		e.put(was)
		return false
	}
	if was.text != "" || len(e.before) > 0 {
		e.remember(was)
	}
	return true
}

// insert puts a pasted text at the cursor. One that cannot be taken whole
// changes nothing: the text area would cut it and say nothing.
func (e *editor) insert(text string) bool {
	was := e.state()
	text = plain(text)
	after := state{text: was.text[:was.at] + text + was.text[was.at:], at: was.at + len(text)}
	if e.tooLong(after.text) {
		return false
	}
	e.put(after)
	if e.text() != after.text {
		e.put(was)
		return false
	}
	if text != "" {
		e.remember(was)
	}
	return true
}

// tooLong reports whether a text certainly does not fit. The text area finds out
// by leaving out one line after the other, which takes seconds.
func (e *editor) tooLong(text string) bool {
	return strings.Count(text, "\n") >= editLines || utf8.RuneCountInString(text)/max(1, e.area.Width()) > editLines
}

// plain is a text from outside with the line ends and the indents of this one,
// and nothing in it that a terminal would obey. A terminal pastes \r for a new
// line.
func plain(text string) string {
	return visible([]byte(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "  ").Replace(text)))
}

// put shows a state. Text inserted in front of the rest leaves the cursor
// behind it: the text area has no other way to set its line.
func (e *editor) put(s state) {
	e.area.SetValue(s.text[s.at:])
	e.area.MoveToBegin()
	e.area.InsertString(s.text[:s.at])
	e.area.SetHeight(e.area.Height()) // scrolls to the cursor
}

func (e *editor) state() state {
	s := state{text: e.text()}
	for range e.area.Line() {
		s.at += strings.IndexByte(s.text[s.at:], '\n') + 1
	}
	for range e.area.Column() {
		_, n := utf8.DecodeRuneInString(s.text[s.at:])
		s.at += n
	}
	return s
}

func (e *editor) remember(s state) {
	e.before, e.after, e.typed = append(e.before, s), nil, time.Time{}
	e.before = e.before[max(0, len(e.before)-undoSteps):]
}

// update takes what was typed, pasted, or read from the clipboard.
func (e *editor) update(msg tea.Msg) tea.Cmd {
	key, pressed := msg.(tea.KeyPressMsg)
	if pressed && key.String() == "tab" {
		msg = tea.PasteMsg{Content: "  "}
	}
	was := e.state()
	var cmd tea.Cmd
	if after, ok := bracketed(was, pressedKey(msg)); ok {
		e.put(after)
	} else {
		e.area, cmd = e.area.Update(msg)
	}
	letter, now := pressed && inWord(key.Text), time.Now()
	switch {
	case e.text() == was.text:
		if pressed { // the cursor moved
			e.typed = time.Time{}
		}
		return cmd
	case letter && now.Sub(e.typed) < pause: // part of the word that is being typed
		e.after = nil
	default:
		e.remember(was)
	}
	if letter {
		e.typed = now
	}
	return cmd
}

// inWord reports whether a key types a letter, or what else a word is made of.
func inWord(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return n == len(text) && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// pressedKey is the key of a key press, empty for anything else.
func pressedKey(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.String()
	}
	return ""
}

// undo goes back by one change, redo forth.
func (e *editor) undo() { e.travel(&e.before, &e.after) }
func (e *editor) redo() { e.travel(&e.after, &e.before) }

func (e *editor) travel(from, to *[]state) {
	if len(*from) == 0 {
		return
	}
	last := len(*from) - 1
	*to = append(*to, e.state())
	e.put((*from)[last])
	*from, e.typed = (*from)[:last], time.Time{}
}

// lines is how many lines the text takes in a width.
func (e *editor) lines(w int) int {
	if inner := max(1, w-numbers); e.ruler.Width() != inner || e.ruled != e.text() {
		e.ruler.SetWidth(inner)
		e.ruled = e.text()
		e.ruler.SetValue(e.ruled)
	}
	return e.ruler.Height()
}

// resize gives the text w × h cells. A text that fits is not left scrolled
// away from where it was when it did not.
func (e *editor) resize(w, h int) {
	e.area.SetWidth(w)
	total := e.lines(w)
	if total > h {
		h = max(1, h-1) // the mark's line
	}
	e.area.SetHeight(h)
	if at := e.area.ScrollYOffset(); at > 0 && at+h > total {
		e.put(e.state())
	}
}

// view is the text with a mark at each wrong line, and where it is cut, how
// much is not seen.
func (e *editor) view(t theme.Theme, wrong map[int]bool) []string {
	text := e.text()
	paint := newPainter(t, text)
	if e.area.Focused() {
		paint.pairAt(text, e.state().at)
	}
	view := strings.Split(e.area.View(), "\n")
	for n, l := range view {
		number := ansi.Strip(ansi.Cut(l, 0, numbers))
		row := paint.row(number, ansi.Strip(ansi.Cut(l, numbers, ansi.StringWidth(l))))
		if line, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && wrong[line] {
			view[n] = t.Tone(theme.Bad).Render("✕"+theme.Right(strconv.Itoa(line), numbers-2)+" ") + row
		} else {
			view[n] = ansi.Cut(l, 0, numbers) + row
		}
	}
	above := e.area.ScrollYOffset()
	if mark := theme.Unseen(above, e.ruler.Height()-above-len(view)); mark != "" {
		view = append(view, t.Muted.Render(mark))
	}
	return view
}
