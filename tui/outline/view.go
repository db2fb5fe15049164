package outline

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"berth/predict"
	"berth/safetext"
	"berth/tui/theme"
)

// Pattern is what is looked for.
type Pattern interface {
	Match(line string) bool
	In(line string) [][]int // where, as byte offsets
}

// View is a window on a document. Its zero value shows nothing.
type View struct {
	doc    *Doc
	level  int          // what lies deeper is folded, unless turned; 0: nothing is
	turned map[int]bool // opening lines that are the other way
	cursor int
	top    int // the first line that is seen
	skip   int // rows of it above the window
	w, h   int
	find   Pattern

	of   theme.Theme
	laid map[int][]string // rows of lines, for w and the theme
}

// New shows a document from its first line.
func New(d *Doc) View { return View{doc: d, turned: map[int]bool{}} }

// Doc is what is shown; nil: nothing is.
func (v *View) Doc() *Doc { return v.doc }

// Size is the room there is, in cells.
func (v *View) Size() (w, h int) { return v.w, v.h }

// Cursor is the line that keys act on.
func (v *View) Cursor() int { return v.cursor }

// gutter is the cursor's mark or that of what is folded, and a space.
const gutter = 2

// Resize sets the room there is, in cells. The cursor stays in it.
func (v *View) Resize(w, h int) {
	if w == v.w && h == v.h {
		return
	}
	v.w, v.h, v.laid = w, h, nil
	if v.doc != nil && v.doc.Len() > 0 {
		v.skip = min(v.skip, len(v.rows(v.top))-1)
		v.follow()
	}
}

// Find highlights what matches; nil: nothing.
func (v *View) Find(p Pattern) {
	v.find, v.laid = p, nil
}

// Rows is how many rows the whole takes, counted up to a limit.
func (v *View) Rows(limit int) int {
	rows := 0
	for n := 0; v.doc != nil && n < v.doc.Len() && rows < limit; n = v.next(n) {
		rows += len(v.rows(n))
	}
	return min(rows, limit)
}

// Restyle sets the theme.
func (v *View) Restyle(t theme.Theme) { v.of, v.laid = t, nil }

// Lines is what is seen: at most as many rows as there is room for. The last
// says how many lines are not seen.
func (v *View) Lines(focused bool) []string {
	if v.doc == nil || v.h <= 0 {
		return nil
	}
	all := v.window(v.h, focused)
	if v.complete(all) {
		return all
	}
	seen := max(1, v.h-1)
	v.keep(seen)
	all = v.window(seen, focused)
	if v.h == 1 {
		return all
	}
	return append(all, theme.Cut(v.of.Muted.Render(theme.Unseen(v.unseen(seen))), v.w))
}

// complete reports whether the rows are all there are.
func (v *View) complete(rows []string) bool {
	return v.top == 0 && v.skip == 0 && (len(rows) < v.h || v.Rows(v.h+1) <= v.h)
}

// unseen is how many lines of the document are above and below so many rows.
func (v *View) unseen(rows int) (above, below int) {
	n := v.top
	for left := rows + v.skip; n < v.doc.Len(); n = v.next(n) {
		if left -= len(v.rows(n)); left < 0 {
			break
		}
	}
	return v.top, v.doc.Len() - n + v.doc.More()
}

// window is rows from the first that is seen on.
func (v *View) window(h int, focused bool) []string {
	all := make([]string, 0, h)
	skip := v.skip
	for n := v.top; n < v.doc.Len() && len(all) < h; n = v.next(n) {
		rows := v.rows(n)
		for i := skip; i < len(rows) && len(all) < h; i++ {
			all = append(all, v.mark(n, i, focused)+rows[i])
		}
		skip = 0
	}
	return all
}

// mark is the gutter of a row: the cursor, and that something is folded.
func (v *View) mark(n, row int, focused bool) string {
	cursor, fold := " ", " "
	if n == v.cursor && focused {
		cursor = v.of.Accent.Render("▏")
	}
	if v.folded(n) && row == 0 {
		fold = v.of.Muted.Render("▸")
	}
	return cursor + fold
}

// rows lays a line out.
func (v *View) rows(n int) []string {
	if r, ok := v.laid[n]; ok {
		return r
	}
	if v.laid == nil || len(v.laid) > 4*v.h+400 {
		v.laid = map[int][]string{}
	}
	style := predict.Light
	if v.of.Dark {
		style = predict.Dark
	}
	text := safetext.Line(string(v.doc.raw(n)))
	note := ""
	if v.folded(n) {
		closing := strings.TrimSpace(string(v.doc.raw(v.doc.end(n))))
		text += "…" + safetext.Line(closing)
		note = "  " + v.of.Muted.Render(theme.Count(v.doc.children(n), v.noun(n)))
	}
	shown := text
	if v.doc.isJSON {
		shown = style.Line(text)
	}
	if v.find != nil {
		shown = v.highlight(shown, text)
	}
	r := theme.Wrap(shown+note, max(1, v.w-gutter))
	v.laid[n] = r
	return r
}

func (v *View) noun(n int) string {
	if line := v.doc.raw(n); line[len(line)-1] == '{' {
		return "member"
	}
	return "item"
}

// highlight turns what matches around.
func (v *View) highlight(shown, text string) string {
	var b strings.Builder
	at := 0
	for _, m := range v.find.In(text) {
		if m[0] == m[1] {
			continue
		}
		from, to := ansi.StringWidth(text[:m[0]]), ansi.StringWidth(text[:m[1]])
		b.WriteString(ansi.Cut(shown, at, from))
		b.WriteString(v.of.Accent.Reverse(true).Render(text[m[0]:m[1]]))
		at = to
	}
	if at == 0 {
		return shown
	}
	b.WriteString(ansi.Cut(shown, at, ansi.StringWidth(shown)))
	return b.String()
}
