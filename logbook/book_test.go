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

// entries are all lines of a view.
func entries(b *logbook.Book, v *logbook.View) []logbook.Entry {
	var all []logbook.Entry
	for p, ok := v.Next(logbook.Start()); ok; p, ok = v.Next(p) {
		e, ok := b.At(p)
		if !ok {
			panic("a view has a line that the book has not")
		}
		all = append(all, e)
	}
	return all
}

// texts are what the lines of a book say that a filter wants.
func texts(b *logbook.Book, f logbook.Filter) string {
	v := b.View(f)
	for !v.Scan(1 << 30) {
	}
	var all []string
	for _, e := range entries(b, v) {
		all = append(all, e.Text)
	}
	return strings.Join(all, " ")
}

func TestBookGivesBackWhatItGot(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	in := line(api, 7, "\x1b[31mERROR\x1b[0m \u202ex")
	in.Stream, in.Dropped = stack.Stderr, 42
	at := b.Add(in)
	notice := b.Add(stack.LogLine{Ref: api, Stream: stack.Notice, Text: "ERROR is no level of a notice"})

	e, ok := b.At(at)
	if !ok || e.LogLine != in || e.Level != logbook.Error || e.Safe != "ERROR <U+202E>x" {
		t.Errorf("got %+v", e)
	}
	if e, ok = b.At(notice); !ok || !e.Time.IsZero() || e.Stream != stack.Notice || e.Level != logbook.NoLevel {
		t.Errorf("got %+v", e)
	}
	for _, p := range []logbook.Position{{}, logbook.Start(), logbook.End(), logbook.AtTime(in.Time)} {
		if _, ok = b.At(p); ok {
			t.Errorf("a line at %v that never was", p)
		}
	}
}

func TestBookIsBoundedInLines(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 3})
	var at []logbook.Position
	for i := range 10 {
		at = append(at, b.Add(line(api, i, fmt.Sprint(i))))
	}
	b.Add(line(prom, 20, "other")) // has a limit of its own
	v := b.View(logbook.Filter{Roles: []stack.Ref{api}})
	if kept, dropped := v.Kept(); kept != 3 || dropped != 7 || v.Len() != 3 {
		t.Errorf("%d kept, %d in the view, %d dropped", kept, v.Len(), dropped)
	}
	if e, ok := b.At(at[8]); !ok || e.Text != "8" {
		t.Errorf("the line is now %+v", e)
	}
	if _, ok := b.At(at[6]); ok {
		t.Error("a dropped line is still there")
	}
	// The place of a dropped line still has a next one.
	if p, ok := v.Next(at[2]); !ok || p != at[7] {
		t.Errorf("after it comes %v", p)
	}
	if p, ok := v.Prev(at[2]); ok {
		t.Errorf("before it comes %v", p)
	}
	if n := v.Before(at[8]); n != 1 {
		t.Errorf("%d before 8", n)
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
	if kept, dropped := b.View(logbook.Filter{}).Kept(); kept != 9 || dropped != 91 {
		t.Errorf("%d kept, %d dropped", kept, dropped)
	}
	b.Add(line(api, 100, strings.Repeat("y", 2*limit)))
	if got := texts(b, logbook.Filter{}); !strings.HasPrefix(got, "y") {
		t.Error("the last line is not kept when it is larger than all that may be")
	}
	b.Add(line(api, 101, "z"))
	if got := texts(b, logbook.Filter{}); got != "z" {
		t.Errorf("after it: %.20q", got)
	}
}

// In a flood of many services the largest log gives way, not the quiet one.
func TestBookIsBoundedInTotal(t *testing.T) {
	const limit = 20_000
	b := logbook.New(logbook.Limit{Total: limit})
	b.Add(line(prom, 0, "quiet"))
	for i := range 100 {
		b.Add(line(api, i, strings.Repeat("x", 1000)))
		b.Add(line(stack.Ref{Service: "db"}, i, strings.Repeat("x", 500)))
		if b.Bytes() > limit {
			t.Fatalf("%d bytes", b.Bytes())
		}
	}
	if got := texts(b, logbook.Filter{Roles: []stack.Ref{prom}}); got != "quiet" {
		t.Errorf("the quiet one has %q", got)
	}
}

func TestServicesAreMergedInTimeOrder(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	b.Add(line(api, 1, "a1"))
	b.Add(line(api, 5, "a5"))
	b.Add(line(api, 9, "a9"))
	b.Add(line(prom, 3, "p3"))
	b.Add(line(prom, 5, "p5"))
	b.Add(line(prom, 10, "p10"))
	if got := texts(b, logbook.Filter{}); got != "a1 p3 a5 p5 a9 p10" {
		t.Errorf("merged to %s", got)
	}
	// A service's own lines stay in the order in which it printed them, even
	// when the Engine's clock is set back, or when one has no time.
	b.Add(line(api, 2, "a2"))
	b.Add(stack.LogLine{Ref: api, Text: "cut"})
	b.Add(line(api, 11, "a11"))
	if got := texts(b, logbook.Filter{}); got != "a1 p3 a5 p5 a9 a2 cut p10 a11" {
		t.Errorf("merged to %s", got)
	}
	v := b.View(logbook.Filter{})
	p, ok := v.Next(logbook.AtTime(time.Unix(5, 0)))
	if e, _ := b.At(p); !ok || e.Text != "a5" {
		t.Errorf("at 5 there is %s", e.Text)
	}
}

// Against the simplest thing that could work: a slice, sorted and filtered.
func TestViewAgainstSlice(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pattern, err := logbook.Compile("7")
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		limit := 1 + rnd.IntN(60)
		around := rnd.IntN(3)
		b := logbook.New(logbook.Limit{Lines: limit})
		f := logbook.Filter{Roles: []stack.Ref{{Service: "a"}, {Service: "c"}}}
		if rnd.IntN(3) > 0 {
			f.Keep, f.Context = []logbook.Pattern{pattern}, around
		}
		v := b.View(f)
		kept := map[string][]stack.LogLine{}
		clock := map[string]time.Time{}
		for i := range rnd.IntN(300) {
			service := 'a' + rune(rnd.IntN(3))
			if i < 3 {
				service = 'a' + rune(i) // at the same time, the first known comes first
			}
			l := line(stack.Ref{Service: string(service)}, i-rnd.IntN(10), fmt.Sprint(i))
			if l.Time.Before(clock[l.Service]) {
				l.Time = clock[l.Service]
			}
			clock[l.Service] = l.Time
			b.Add(l)
			own := append(kept[l.Service], l)
			kept[l.Service] = own[max(0, len(own)-limit):]
			if rnd.IntN(20) == 0 {
				v.Scan(int64(rnd.IntN(300))) // some of it
			}
		}
		for !v.Scan(1 << 30) {
		}
		var want []string
		for _, service := range []string{"a", "c"} {
			for i, l := range kept[service] {
				wanted := f.Keep == nil
				for j := max(0, i-around); j <= i+around && j < len(kept[service]); j++ {
					wanted = wanted || strings.Contains(kept[service][j].Text, "7")
				}
				if wanted {
					want = append(want, fmt.Sprintf("%09d %s %s", l.Time.Unix()+100, service, l.Text))
				}
			}
		}
		slices.SortStableFunc(want, func(a, b string) int { return strings.Compare(a[:9], b[:9]) })
		var got, back []string
		for _, e := range entries(b, v) {
			if n := v.Before(e.Position); n != len(got) {
				t.Fatalf("%d lines before the one with number %d", n, len(got))
			}
			got = append(got, fmt.Sprintf("%09d %s %s", e.Time.Unix()+100, e.Service, e.Text))
		}
		for p, ok := v.Prev(logbook.End()); ok; p, ok = v.Prev(p) {
			e, _ := b.At(p)
			back = append(back, fmt.Sprintf("%09d %s %s", e.Time.Unix()+100, e.Service, e.Text))
		}
		slices.Reverse(back)
		if around == 0 || f.Keep == nil { // context of lines that were dropped meanwhile is kept, too
			if !slices.Equal(got, want) {
				t.Fatalf("limit %d:\n got %v\nwant %v", limit, got, want)
			}
		}
		if !slices.Equal(back, got) || v.Len() != len(got) {
			t.Fatalf("backwards %v, forwards %v, %d in all", back, got, v.Len())
		}
	}
}

func TestFilters(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	for i, text := range []string{
		"INFO start", `INFO: 1.2.3.4:1 - "GET /health HTTP/1.1" 200 OK`, "WARNING \x1b[1mslow\x1b[0m model", "plain", "ERROR Slow disk",
	} {
		b.Add(line(api, i, fmt.Sprint(i)+" "+text))
	}
	b.Add(stack.LogLine{Ref: api, Stream: stack.Notice, Time: time.Unix(9, 0), Text: "restarted"})
	pattern := func(s string) []logbook.Pattern {
		p, err := logbook.Compile(s)
		if err != nil {
			t.Fatal(err)
		}
		return []logbook.Pattern{p}
	}
	for _, c := range []struct {
		name string
		f    logbook.Filter
		want string // their numbers; r: the notice
	}{
		{"all", logbook.Filter{}, "01234r"},
		{"small letters mean both", logbook.Filter{Keep: pattern("slow")}, "24"},
		{"a capital means itself", logbook.Filter{Keep: pattern("Slow")}, "4"},
		{"an expression, through colours", logbook.Filter{Keep: pattern("slow (model|disk)")}, "24"},
		{"anchored", logbook.Filter{Keep: pattern("^4 ERROR Slow disk$")}, "4"},
		{"anchored, in the middle", logbook.Filter{Keep: pattern("^ERROR$")}, ""},
		{"a class is no capital", logbook.Filter{Keep: pattern(`\S slow`)}, "24"},
		{"drop", logbook.Filter{Drop: pattern("slow")}, "013r"},
		{"level", logbook.Filter{Least: logbook.Warn}, "24r"},
		{"no health checks", logbook.Filter{NoHealth: true}, "0234r"},
		{"context", logbook.Filter{Keep: pattern("plain"), Context: 1}, "234"},
		{"another service", logbook.Filter{Roles: []stack.Ref{prom}}, ""},
	} {
		got := ""
		for _, text := range strings.Fields(texts(b, c.f)) {
			if len(text) == 1 {
				got += text
			}
			if text == "restarted" {
				got += "r"
			}
		}
		if strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == 'r' {
				return r
			}
			return -1
		}, got) != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	// A sieve lets the same lines through.
	f := logbook.Filter{Least: logbook.Error, Context: 1}
	sieve, got := logbook.NewSieve(f), ""
	for i, text := range []string{"0", "1", "ERROR 2", "3", "4", "5", "Traceback (most recent call last):", "  frame", "ValueError: x", "9", "10"} {
		taken := sieve.Take(line(api, i, text))
		if taken.Gap {
			got += "-- "
		}
		for _, l := range taken.Lines {
			got += fmt.Sprint(l.Time.Unix(), " ")
		}
		if taken.Match {
			got += "! "
		}
	}
	if got != "1 2 ! 3 -- 5 6 ! 7 ! 8 ! 9 " {
		t.Errorf("through the sieve came %s", got)
	}
	if _, err := logbook.Compile("a(b"); err == nil || strings.Contains(err.Error(), "?i") {
		t.Errorf("got %v", err)
	}
}

func TestTracebacksAreOneRecord(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	text := `INFO: before
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "main.py", line 3, in predict
    model.predict(x)
ValueError: could not convert string to float: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "main.py", line 5, in predict
fastapi.HTTPException: 500
after
  indented, but of nothing`
	for i, s := range strings.Split(text, "\n") {
		l := line(api, i, s)
		l.Stream = stack.Stderr
		b.Add(l)
		b.Add(line(api, i, "stdout goes on")) // and belongs to nothing
	}
	var ends, levels string
	for _, e := range entries(b, b.View(logbook.Filter{})) {
		switch {
		case e.Inside:
			ends += "|"
			if end, _ := b.At(b.Record(e.Position)); end.Text != "fastapi.HTTPException: 500" {
				t.Errorf("%q is inside of %q", e.Text, end.Text)
			}
			levels += e.Level.String()[:1]
		case e.Lines > 0:
			ends += fmt.Sprint("<", e.Lines, ">")
		case e.Stream == stack.Stderr:
			ends += "."
		}
	}
	if want := "..|||||||||<10>.."; ends != want {
		t.Errorf("records %s, want %s", ends, want)
	}
	if levels != "eeeeeeeee" {
		t.Errorf("levels inside: %s", levels)
	}
	v := b.View(logbook.Filter{})
	for _, e := range entries(b, v) {
		if start, _ := b.At(b.RecordStart(e.Position)); e.Lines == 10 && start.Text != "Traceback (most recent call last):" || e.Lines == 0 && start.Position != e.Position {
			t.Errorf("%q starts with %q", e.Text, start.Text)
		}
	}
}

// group is what Python prints of an exception group with a cause, the last of its
// parts a group too: one rule ends both.
const group = `Traceback (most recent call last):
  File "eg.py", line 3, in <module>
ValueError: cause

The above exception was the direct cause of the following exception:

  + Exception Group Traceback (most recent call last):
  |   File "eg.py", line 5, in <module>
  | ExceptionGroup: eg (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ExceptionGroup: in (1 sub-exception)
    +-+---------------- 1 ----------------
      | TypeError: 2
      +------------------------------------
    +---------------- 2 ----------------
    | ExceptionGroup: in (1 sub-exception)
    +-+---------------- 1 ----------------
      | TypeError: 2
      +------------------------------------`

func TestAnExceptionGroupIsOneRecordAndTheNextLineFree(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	sieve := logbook.NewSieve(logbook.Filter{Least: logbook.Error})
	want := strings.Split(group, "\n")
	var taken []string
	for i, s := range append(append([]string{"before"}, want...), "model loaded, accuracy 0.93", "  + a diff") {
		b.Add(line(api, i, s))
		for _, l := range sieve.Take(line(api, i, s)).Lines {
			taken = append(taken, l.Text)
		}
	}
	var heads []string
	for _, e := range entries(b, b.View(logbook.Filter{})) {
		if !e.Inside {
			heads = append(heads, fmt.Sprintf("%s (%d)", b.Title(e.Position), e.Lines))
		}
	}
	if got := strings.Join(heads, "; "); got != "before (0); ExceptionGroup: eg (2 sub-exceptions) (19); model loaded, accuracy 0.93 (0);   + a diff (0)" {
		t.Errorf("records: %s", got)
	}
	if !slices.Equal(taken, want) { // the empty line too, of which only the next one tells
		t.Errorf("errors: %q", taken)
	}
}

// A view that is asked as lines come has the same as one that is made later.
func TestLinesOfATracebackAreErrorsAsTheyCome(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	v := b.View(logbook.Filter{Least: logbook.Error})
	for i, s := range []string{"Traceback (most recent call last):", "  [INFO] a frame", "ValueError: x", "INFO: after"} {
		b.Add(line(api, i, s))
		v.Scan(1 << 30)
	}
	if v.Len() != 3 {
		t.Errorf("%d lines", v.Len())
	}
}

// No filter takes away that lines may be missing, and all such places are counted,
// those that were dropped too.
func TestGapsAreKeptAndCounted(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 3})
	gap := stack.LogLine{Ref: api, Stream: stack.Gap, Time: time.Unix(2, 0), Text: "gap"}
	p, err := logbook.Compile("x")
	if err != nil {
		t.Fatal(err)
	}
	f := logbook.Filter{Keep: []logbook.Pattern{p}, Least: logbook.Error}
	sieve, sieved := logbook.NewSieve(f), ""
	for _, l := range []stack.LogLine{gap, line(api, 3, "a"), gap, line(api, 4, "ERROR x"), line(prom, 5, "b")} {
		b.Add(l)
		for _, l := range sieve.Take(l).Lines {
			sieved += l.Text + " "
		}
	}
	if got := texts(b, f); got != "gap ERROR x" || sieved != "gap gap ERROR x " {
		t.Errorf("view %q, sieve %q", got, sieved)
	}
	if api, prom := b.View(logbook.Filter{Roles: []stack.Ref{api}}).Gaps(), b.View(logbook.Filter{Roles: []stack.Ref{prom}}).Gaps(); api != 2 || prom != 0 {
		t.Errorf("%d and %d gaps", api, prom)
	}
}

func TestANoticeDoesNotTurnTheClock(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	b.Add(line(api, 1, "a1"))
	b.Add(stack.LogLine{Ref: api, Stream: stack.Notice, Time: time.Unix(300, 0), Text: "cut"})
	b.Add(line(api, 2, "a2"))
	b.Add(line(prom, 3, "p3"))
	b.Add(line(api, 4, "a4"))
	if got := texts(b, logbook.Filter{}); got != "a1 cut a2 p3 a4" {
		t.Errorf("merged to %s", got)
	}
}

func TestWhatAViewHas(t *testing.T) {
	b := logbook.New(logbook.Limit{})
	var at []logbook.Position
	for i, s := range []string{"one", "two", "one"} {
		at = append(at, b.Add(line(api, i, s)))
	}
	one, err := logbook.Compile("one")
	if err != nil {
		t.Fatal(err)
	}
	v := b.View(logbook.Filter{Keep: []logbook.Pattern{one}})
	v.Scan(1 << 30)
	if !v.Has(at[0]) || v.Has(at[1]) || !v.Has(at[2]) || v.Has(logbook.Position{}) || v.Has(logbook.End()) {
		t.Error("it has not what it should")
	}
	if v.After(at[0]) != 1 || v.After(at[1]) != 1 || v.After(at[2]) != 0 || v.After(logbook.Start()) != 2 {
		t.Error("it has not as many after a line as it should")
	}
}

// What was printed before the book was begun can be added when one scrolls there.
func TestOlderLinesComeBeforeTheOthers(t *testing.T) {
	b := logbook.New(logbook.Limit{Lines: 90})
	var older []stack.LogLine
	for i := range 60 {
		older = append(older, line(api, i, fmt.Sprint(i)))
	}
	older[3].Text, older[4].Text, older[5].Text = "Traceback (most recent call last):", "  frame", "ValueError: x"
	if b.AddOlder(api, older) != 0 {
		t.Error("older than nothing")
	}
	at := b.Add(line(api, 60, "60"))
	b.Add(line(prom, 30, "p30"))
	for i := 61; i < 80; i++ {
		b.Add(line(api, i, fmt.Sprint(i)))
	}
	first, kept, room, ok := b.First(api)
	if first.Text != "60" || kept != 20 || room != 70 || !ok {
		t.Errorf("%q is first of %d, room for %d, %v", first.Text, kept, room, ok)
	}
	if n := b.AddOlder(api, older[50:]); n != 10 {
		t.Errorf("%d added", n)
	}
	if n := b.AddOlder(api, older[:50]); n != 50 {
		t.Errorf("%d added", n)
	}
	if e, ok := b.At(at); !ok || e.Text != "60" {
		t.Errorf("the first line is now %q", e.Text)
	}
	all := entries(b, b.View(logbook.Filter{}))
	if len(all) != 81 || all[0].Text != "0" || all[31].Text != "p30" || all[80].Text != "79" || all[5].Lines != 3 || !all[4].Inside {
		t.Errorf("%d lines: %v", len(all), texts(b, logbook.Filter{}))
	}
	if got := texts(b, logbook.Filter{Least: logbook.Error}); got != "Traceback (most recent call last):   frame ValueError: x" {
		t.Errorf("errors: %s", got)
	}
	if kept, dropped := b.View(logbook.Filter{Roles: []stack.Ref{api}}).Kept(); kept != 80 || dropped != 0 {
		t.Errorf("%d kept, %d dropped", kept, dropped)
	}
	// No more than there is room for, and never at the cost of newer ones.
	if n := b.AddOlder(api, older); n != 10 || b.AddOlder(api, older) != 0 {
		t.Errorf("%d added", n)
	}
	for i := range 5 {
		b.Add(line(api, 100+i, "new"))
	}
	if _, dropped := b.View(logbook.Filter{}).Kept(); dropped != 5 {
		t.Errorf("%d dropped", dropped)
	}
	if _, _, room, _ := b.First(api); room != 0 {
		t.Errorf("room for %d older than what was dropped", room)
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
	for i, e := range entries(b, b.View(logbook.Filter{})) {
		if e.Container != fmt.Sprint(4990+i) {
			t.Errorf("line %d by container %s", i, e.Container)
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

// A million lines, as many as a person may ask to keep, are searched whole.
func BenchmarkSearch(b *testing.B) {
	book := logbook.New(logbook.Limit{})
	for i := range 1_000_000 {
		book.Add(line(api, i, fmt.Sprintf(`INFO:     10.0.0.7:%d - "POST /predict HTTP/1.1" 200 OK`, i%60000)))
	}
	for _, expression := range []string{"POST /Nowhere", "post /nowhere", "(?i)timeout|refused"} {
		b.Run(expression, func(b *testing.B) {
			p, err := logbook.Compile(expression)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				v := book.View(logbook.Filter{Keep: []logbook.Pattern{p}})
				for !v.Scan(512 << 10) {
				}
			}
		})
	}
}

// The lines behind an exception are of it only when another is chained.
func TestLinesBehindAnExceptionAreGivenOnceOrNever(t *testing.T) {
	for text, want := range map[string]string{
		"Traceback (most recent call last):|ValueError: x||during":    "2",
		"Traceback (most recent call last):|ValueError: x||ERROR: y|": "3",
	} {
		sieve, got := logbook.NewSieve(logbook.Filter{Least: logbook.Error}), 0
		for i, s := range strings.Split(text, "|") {
			got += len(sieve.Take(line(api, i, s)).Lines)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%q: %d lines, want %s", text, got, want)
		}
	}
}
