package logbook_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/logbook"
	"berth/stack"
)

var (
	api  = stack.Ref{Project: "churn", Service: "model-api", Number: 1}
	prom = stack.Ref{Project: "churn", Service: "prometheus", Number: 1}
)

// line is a line that a service printed some seconds after the epoch.
func line(r stack.Ref, second int, text string) stack.LogLine {
	return stack.LogLine{Ref: r, Container: "c1", Stream: stack.Stdout, Time: time.Unix(int64(second), 0).UTC(), Text: text}
}

// texts are all lines that a book keeps.
func texts(b *logbook.Book) string {
	var all []string
	for e := range b.Lines(0, 1<<30) {
		all = append(all, e.Text)
	}
	return strings.Join(all, " ")
}

func TestBookGivesBackWhatItGot(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	in := line(api, 7, "\x1b[31mERROR\x1b[0m \u202ex")
	in.Stream, in.Dropped = stack.Stderr, 42
	b.Add(in)
	b.Add(stack.LogLine{Stream: stack.Notice, Text: "ERROR is no level of a notice"})

	e, ok := b.At(0)
	if !ok || e.LogLine != in || e.Seq != 0 || e.Level != logbook.Error || e.Safe != "ERROR <U+202E>x" {
		t.Errorf("got %+v", e)
	}
	if e, ok = b.At(1); !ok || !e.Time.IsZero() || e.Stream != stack.Notice || e.Level != logbook.NoLevel {
		t.Errorf("got %+v", e)
	}
	if _, ok = b.At(2); ok {
		t.Error("a line that never was")
	}
	if _, ok = b.At(-1); ok {
		t.Error("a line before the first")
	}
}

func TestBookIsBoundedInLines(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 3})
	for i := range 10 {
		if seq := b.Add(line(api, i, fmt.Sprint(i))); seq != int64(i) {
			t.Errorf("line %d got number %d", i, seq)
		}
	}
	if texts(b) != "7 8 9" || b.First() != 7 || b.End() != 10 || b.Dropped() != 7 {
		t.Errorf("%q from %d to %d, %d dropped", texts(b), b.First(), b.End(), b.Dropped())
	}
	if e, ok := b.At(8); !ok || e.Text != "8" {
		t.Errorf("number 8 is now %+v", e)
	}
	if _, ok := b.At(6); ok {
		t.Error("a dropped line is still there")
	}
	var window []string
	for e := range b.Lines(2, 2) { // from a dropped one on
		window = append(window, e.Text)
	}
	if !slices.Equal(window, []string{"7", "8"}) {
		t.Errorf("window %q", window)
	}
}

func TestBookIsBoundedInBytes(t *testing.T) {
	const limit = 10_000
	b := logbook.New(logbook.Limit{Bytes: limit})
	for i := range 100 {
		b.Add(line(api, i, strings.Repeat("x", 1000)))
		if b.Bytes() > limit {
			t.Fatalf("%d bytes", b.Bytes())
		}
	}
	if n := b.End() - b.First(); n != 9 || b.Dropped() != 91 {
		t.Errorf("%d kept, %d dropped", n, b.Dropped())
	}
	b.Add(line(api, 100, strings.Repeat("y", 2*limit)))
	if b.End()-b.First() != 1 || !strings.HasPrefix(texts(b), "y") {
		t.Error("the last line is not kept when it is larger than all that may be")
	}
	b.Add(line(api, 101, "z"))
	if texts(b) != "z" {
		t.Errorf("after it: %.20q", texts(b))
	}
}

func TestServicesAreMergedInTimeOrder(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 8})
	b.Add(line(api, 1, "a1"))
	b.Add(line(api, 5, "a5"))
	b.Add(line(api, 9, "a9"))
	if seq := b.Add(line(prom, 3, "p3")); seq != 1 {
		t.Errorf("the late line got number %d", seq)
	}
	b.Add(line(prom, 5, "p5"))
	b.Add(line(prom, 10, "p10"))
	if got := texts(b); got != "a1 p3 a5 p5 a9 p10" {
		t.Errorf("merged to %s", got)
	}
	// A service's own lines stay in the order in which it printed them, even
	// when the Engine's clock is set back.
	b.Add(line(api, 2, "a2"))
	b.Add(line(api, 11, "a11"))
	if got := texts(b); got != "a1 p3 a5 p5 a9 a2 p10 a11" {
		t.Errorf("merged to %s", got)
	}
	// One that is older than all that is kept is dropped at once, and counted.
	b.Add(line(stack.Ref{Service: "db"}, 0, "d0"))
	if got := texts(b); got != "a1 p3 a5 p5 a9 a2 p10 a11" || b.Dropped() != 1 || b.First() != 1 {
		t.Errorf("%s, %d dropped", got, b.Dropped())
	}
	// One without a time stays where it came, and nothing goes before it.
	b.Add(stack.LogLine{Ref: prom, Text: "cut"})
	b.Add(line(stack.Ref{Service: "db"}, 4, "d4"))
	if got := texts(b); got != "a5 p5 a9 a2 p10 a11 cut d4" {
		t.Errorf("%s", got)
	}
}

// Against the simplest thing that could work: a slice, searched and cut.
func TestBookAgainstSlice(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		limit := 1 + rnd.IntN(100)
		b := logbook.New(logbook.Limit{Lines: limit})
		var want []stack.LogLine
		dropped := 0
		for i := range rnd.IntN(500) {
			l := line(stack.Ref{Service: string('a' + rune(rnd.IntN(3)))}, i-rnd.IntN(10), fmt.Sprint(i))
			at := len(want)
			for at > 0 && want[at-1].Time.After(l.Time) && want[at-1].Ref != l.Ref {
				at--
			}
			if want = slices.Insert(want, at, l); len(want) > limit {
				want = want[1:]
				dropped++
			}
			b.Add(l)
		}
		var got []stack.LogLine
		for e := range b.Lines(b.First(), limit) {
			got = append(got, e.LogLine)
		}
		if !slices.Equal(got, want) || b.Dropped() != int64(dropped) {
			t.Fatalf("limit %d:\n got %v\nwant %v", limit, got, want)
		}
	}
}

// Containers come and go for as long as the dashboard is open.
func TestManyContainersShareARole(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 10})
	for i := range 5000 {
		l := line(api, i, "x")
		l.Container = fmt.Sprint(i)
		b.Add(l)
	}
	for e := range b.Lines(0, 10) {
		if e.Container != fmt.Sprint(e.Seq) {
			t.Errorf("line %d by container %s", e.Seq, e.Container)
		}
	}
}

// A million short lines must fit into the memory that is left for them.
func TestLineIsSmall(t *testing.T) {
	const lines = 100_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b := logbook.New(logbook.Limit{Lines: lines})
	for i := range 2 * lines {
		b.Add(line(api, i, "INFO: constant"))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if per := (after.HeapAlloc - before.HeapAlloc) / lines; per > 80 {
		t.Errorf("%d bytes a line, beside its text", per)
	}
	runtime.KeepAlive(b)
}

// What is dropped is let go of, though its place in the ring is still unused.
func TestDroppedTextIsFreed(t *testing.T) {
	const size, limit = 1 << 20, 4 << 20
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b := logbook.New(logbook.Limit{Bytes: limit})
	for i := range 60 {
		b.Add(line(api, i, strings.Repeat("x", size)))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if held := after.HeapAlloc - before.HeapAlloc; held > 2*limit {
		t.Errorf("%d bytes are held, %d were allowed", held, limit)
	}
	runtime.KeepAlive(b)
}

func BenchmarkAdd(b *testing.B) {
	for name, refs := range map[string][]stack.Ref{"single": {api}, "merged": {api, prom}} {
		b.Run(name, func(b *testing.B) {
			book := logbook.New(logbook.Limit{Lines: 10_000, Bytes: 4 << 20})
			start := time.Unix(0, 0)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				// Of two services, one is a few lines behind the other.
				late := time.Duration(i%len(refs)) * 5 * time.Millisecond
				book.Add(stack.LogLine{Ref: refs[i%len(refs)], Container: "c", Stream: stack.Stdout, Time: start.Add(time.Duration(i)*time.Millisecond - late), Text: `INFO:     127.0.0.1:53210 - "POST /predict HTTP/1.1" 200 OK`})
				i++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		})
	}
}
