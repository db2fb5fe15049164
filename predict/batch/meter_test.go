package batch

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestARunInOneLine(t *testing.T) {
	var m Meter
	began := time.Unix(0, 0)
	tally := Tally{Rows: 10_000, Answered: 500}
	if got, want := Line(tally, &m, 10), "░░░░░░░░░░  500 of 10,000"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for second := range 60 { // 10 a second, and of late 100
		rows := int64(10 * second)
		if second > 30 {
			rows = 300 + int64(100*(second-30))
		}
		m.Take(began.Add(time.Duration(second)*time.Second), rows)
	}
	tally = Tally{Rows: 10_000, Answered: 4_990, Refused: map[int]int64{422: 7, 500: 1}, NotSent: 2}
	if got, want := Line(tally, &m, 10), "█████░░░░░  5,000 of 10,000  100/s  50 s left  10 failed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := tally.String(), "4,990 answered, 8 refused (7 × 422, 1 × 500), 2 not sent, 5,000 left"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := (Tally{Answered: 3, Silent: 1}).String(), "3 answered, 1 without an answer"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := PerSecond(1234.5), "1,234/s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// endless is a text again and again, so many bytes of it.
type endless struct {
	text string
	left int
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], e.text[e.at:])
	e.left -= n
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// A table is never in memory as a whole, whatever is wrong with it.
func TestATableIsAStream(t *testing.T) {
	const size = 64 << 20
	for name, text := range map[string]string{
		"rows":                 "1," + strings.Repeat("abcdefgh", 100) + ",\"x,y\"\n",
		"one line":             "abcdefgh",
		"a quote that is open": "1,\"" + strings.Repeat("abcdefgh", 100) + "\n",
		"wide rows":            strings.Repeat("abcdefgh,", 4000) + "\n",
	} {
		var before, after runtime.MemStats
		most := uint64(0)
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := Look(t.Context(), io.MultiReader(strings.NewReader("a,b,c\n"), &endless{text: text, left: size}), "t.csv", func(int64) {
			runtime.ReadMemStats(&after)
			most = max(most, after.HeapInuse-min(after.HeapInuse, before.HeapInuse))
		})
		if err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		most = max(most, after.HeapInuse-min(after.HeapInuse, before.HeapInuse))
		if most > 4*MaxRow {
			t.Errorf("%s took %d MB", name, most>>20)
		}
	}
}
