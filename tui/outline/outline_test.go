package outline

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/itchyny/gojq"

	"berth/tui/theme"
)

const answer = `{"model":"churn","predictions":[{"p":0.9398,"label":true},{"p":0.1,"label":false},{}],"odd name":{"ünder":[1,[2,3]]},"none":[]}`

type re struct{ *regexp.Regexp }

func (r re) Match(line string) bool { return r.MatchString(line) }
func (r re) In(line string) [][]int { return r.FindAllStringIndex(line, -1) }

func pattern(s string) Pattern { return re{regexp.MustCompile(s)} }

func seenIn(v *View) []string {
	var all []string
	for _, l := range v.Lines(true) {
		all = append(all, strings.TrimRight(ansi.Strip(l), " "))
	}
	return all
}

func view(body string, w, h int) *View {
	v := New(Read([]byte(body)))
	v.Restyle(theme.New(true))
	v.Resize(w, h)
	return &v
}

func TestEachLineKnowsItsPathAndValue(t *testing.T) {
	d := Read([]byte(answer))
	var decoded any
	if err := json.Unmarshal([]byte(answer), &decoded); err != nil {
		t.Fatal(err)
	}
	for n := range d.Len() {
		path := d.Path(n)
		query, err := gojq.Parse(path)
		if err != nil {
			t.Fatalf("%q: %v", path, err)
		}
		want, _ := query.Run(decoded).Next()
		var got any
		if err := json.Unmarshal(d.Value(n), &got); err != nil {
			t.Errorf("line %d, %s: %q is no JSON", n, path, d.Value(n))
		}
		if a, b := fmt.Sprint(got), fmt.Sprint(want); a != b {
			t.Errorf("line %d, %s is %s, want %s", n, path, a, b)
		}
	}
	if got := d.Path(5); got != ".predictions[0].label" && got != ".predictions[0].p" {
		t.Errorf("line 5 is %s", got)
	}
}

func TestWhatBelongsTogetherFolds(t *testing.T) {
	v := view(answer, 60, 40)
	whole := v.doc.Len()
	v.Move(2)
	v.Fold()
	got := strings.Join(seenIn(v), "\n")
	if !strings.Contains(got, `▸  "predictions": […],  3 items`) || strings.Contains(got, "0.9398") || !strings.Contains(got, `"odd name": {`) {
		t.Errorf("folded it is\n%s", got)
	}
	v.Move(1)
	if path := v.doc.Path(v.Cursor()); path != `.["odd name"]` {
		t.Errorf("below what is folded comes %s", path)
	}
	v.Move(-1)
	v.Right()
	if n := len(seenIn(v)); n != whole {
		t.Errorf("unfolded there are %d lines, want %d", n, whole)
	}
	v.FoldAll()
	if n := len(seenIn(v)); n != 6 { // the braces and four members
		t.Errorf("all folded there are %d lines:\n%s", n, strings.Join(seenIn(v), "\n"))
	}
	n := v.doc.Matches(pattern("false"))
	v.Reveal(n[0])
	if got := strings.Join(seenIn(v), "\n"); !strings.Contains(got, "false") {
		t.Errorf("a match that was folded away is not shown:\n%s", got)
	}
	v.Left()
	if path := v.doc.Path(v.Cursor()); path != ".predictions[1]" {
		t.Errorf("left of a member is %s", path)
	}
	v.UnfoldAll()
	if n := len(seenIn(v)); n != whole {
		t.Errorf("all unfolded there are %d lines, want %d", n, whole)
	}
}

// Whatever one does, the cursor is on a line that is seen, no row is empty
// while there are lines above, and what is not seen is counted.
func TestTheCursorIsAlwaysSeen(t *testing.T) {
	var items []string
	for n := range 60 {
		items = append(items, fmt.Sprintf(`{"n":%d,"text":%q,"more":[1,{"a":[]}]}`, n, strings.Repeat("word ", n%23)))
	}
	body := "[" + strings.Join(items, ",") + "]"
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test's
		v := view(body, 12+r.IntN(60), 1+r.IntN(12))
		for step := range 80 {
			switch r.IntN(8) {
			case 0:
				v.Move(r.IntN(9) - 4)
			case 1:
				v.Scroll(r.IntN(40) - 20)
			case 2:
				v.Fold()
			case 3:
				v.Left()
			case 4:
				v.Right()
			case 5:
				[]func(){v.FoldAll, v.UnfoldAll, v.Top, v.Bottom}[r.IntN(4)]()
			case 6:
				v.Resize(12+r.IntN(60), 1+r.IntN(12))
			case 7:
				v.Reveal(r.IntN(v.doc.Len()))
			default:
				v.Point(r.IntN(v.h))
			}
			rows := v.Lines(true)
			if len(rows) > v.h {
				t.Fatalf("seed %d, step %d: %d rows in %d", seed, step, len(rows), v.h)
			}
			marked := 0
			for _, row := range rows {
				if w := ansi.StringWidth(row); w > v.w {
					t.Fatalf("seed %d, step %d: a row of %d cells in %d: %q", seed, step, w, v.w, row)
				}
				if strings.HasPrefix(row, theme.New(true).Accent.Render("▏")) {
					marked++
				}
			}
			if marked == 0 {
				t.Fatalf("seed %d, step %d: the cursor at %d is not seen from %d+%d in\n%s", seed, step, v.cursor, v.top, v.skip, ansi.Strip(strings.Join(rows, "\n")))
			}
		}
	}
}

func TestTextIsShownAsItIs(t *testing.T) {
	v := view("not {\n  JSON\u202e\n\n", 40, 9)
	if got := strings.Join(seenIn(v), "|"); got != "▏ not {|    JSON<U+202E>" {
		t.Errorf("got %q", got)
	}
	v.Fold()
	v.Left()
	if v.Cursor() != 0 || v.doc.Path(0) != "" {
		t.Error("text has something to fold")
	}
	empty := view("", 40, 9)
	empty.Move(1)
	empty.Bottom()
	empty.Fold()
	if got := empty.Lines(true); len(got) != 0 {
		t.Errorf("nothing is %q", got)
	}
}

func TestSeveralDocumentsStandBelowEachOther(t *testing.T) {
	v := view("{\"a\":1}\n[2]\n3", 40, 9)
	if got := strings.Join(seenIn(v), "|"); got != `▏ {|    "a": 1|  }|  [|    2|  ]|  3` {
		t.Errorf("got %q", got)
	}
}

func TestMatchesAreHighlighted(t *testing.T) {
	v := view(answer, 60, 40)
	v.Find(pattern(`9\d+`))
	got := strings.Join(v.Lines(true), "\n")
	if want := theme.New(true).Accent.Reverse(true).Render("9398"); !strings.Contains(got, want) {
		t.Errorf("no highlight in %q", got)
	}
	if !strings.Contains(ansi.Strip(got), `"p": 0.9398,`) {
		t.Errorf("the line is torn: %q", ansi.Strip(got))
	}
}

// 10 MB are read where no key waits for them; moving about in them costs what
// is seen, not what there is: 40 rows, of a document of 400,000 lines.
func TestALargeAnswerMovesLikeASmallOne(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"embeddings":[`)
	for n := 0; b.Len() < 10<<20; n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"index":%d,"vector":[0.25,0.5,0.75,1.0]}`, n)
	}
	b.WriteString(`]}`)
	v := view(b.String(), 80, 40)
	page := func() {
		v.Scroll(39)
		v.Lines(true)
	}
	if each := testing.AllocsPerRun(100, page); each > 20_000 {
		t.Errorf("a page takes %v allocations", each)
	}
	v.Bottom()
	if got := seenIn(v); !strings.Contains(got[len(got)-1], "above") {
		t.Errorf("at the end: %q", got[len(got)-1])
	}
}

func BenchmarkRead10MB(b *testing.B) {
	body := []byte("[" + strings.Repeat(`{"index":1,"vector":[0.25,0.5]},`, 10<<20/32) + "1]")
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		Read(body)
	}
}
