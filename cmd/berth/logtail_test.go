package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/logbook"
	"berth/stack"
	"berth/workflow"
)

// printed is a log source that has lines 0 to n-1 of each service, a second
// apart, and n itself for who asks a second time.
type printed struct {
	n     int
	asked *asked
}

type asked struct {
	mu  sync.Mutex
	all []stack.LogOptions
}

func (p printed) Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error] {
	p.asked.mu.Lock()
	p.asked.all = append(p.asked.all, o)
	p.asked.mu.Unlock()
	return func(yield func(stack.LogLine, error) bool) {
		first := 0
		if o.Tail >= 0 {
			first = max(0, p.n-o.Tail) // counted first, as the Engine does
		}
		for n := first; n < p.n; n++ {
			l := stack.LogLine{Ref: r, Stream: stack.Stdout, Time: time.Unix(int64(n), 0), Text: fmt.Sprintf("line %d", n)}
			if l.Time.Before(o.Since) || !o.Until.IsZero() && l.Time.After(o.Until) {
				continue
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// The last lines that one asks for are those that pass, as after grep; what was
// left out between two groups shows.
func TestTheTailIsOfWhatPasses(t *testing.T) {
	api, db := stack.Ref{Service: "api", Number: 1}, stack.Ref{Service: "db", Number: 1}
	five, err := logbook.Compile("[05]$")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		refs    []stack.Ref
		context int
		tail    int
		want    string
	}{
		"two":                  {[]stack.Ref{api}, 0, 2, "10 15"},
		"more than there are":  {[]stack.Ref{api}, 0, 9, "0 5 10 15"},
		"none":                 {[]stack.Ref{api}, 0, 0, ""},
		"with context":         {[]stack.Ref{api}, 1, 2, "9 10 11 -- 14 15 16"},
		"context that touches": {[]stack.Ref{api}, 2, 2, "8 9 10 11 12 13 14 15 16 17"},
		"of each service":      {[]stack.Ref{api, db}, 0, 1, "15 15"},
	} {
		var out strings.Builder
		var asked asked
		sift := &sifted{
			sieve:     logbook.NewSieve(logbook.Filter{Keep: []logbook.Pattern{five}, Context: c.context}),
			print:     func(l stack.LogLine) error { out.WriteString(strings.TrimPrefix(l.Text, "line ") + " "); return nil },
			separator: func(stack.Ref) error { out.WriteString("-- "); return nil },
		}
		read, err := sift.lastMatches(t.Context(), printed{18, &asked}, c.refs, stack.LogOptions{Tail: c.tail, Follow: true})
		if got := strings.TrimSpace(out.String()); got != c.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
		if asked.all[0].Tail >= 0 || asked.all[0].Follow {
			t.Errorf("%s: the Engine is asked for %+v", name, asked.all[0])
		}
		out.Reset() // what is followed then begins behind what was read
		from := fromThere{printed{21, &asked}, read, time.Now()}
		err = workflow.MergeLogs(t.Context(), from, c.refs, stack.LogOptions{Tail: c.tail}, func(l stack.LogLine, _ bool) error { return sift.print(l) })
		if got := strings.TrimSpace(out.String()); err != nil || got != strings.TrimSpace(strings.Repeat("18 ", len(c.refs))+strings.Repeat("19 ", len(c.refs))+strings.Repeat("20 ", len(c.refs))) {
			t.Errorf("%s: then come %q, %v", name, got, err)
		}
	}
}

func TestGroupsAreSeparated(t *testing.T) {
	api := stack.Ref{Service: "api", Number: 1}
	five, err := logbook.Compile("[05]$")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	out := bufio.NewWriter(&b)
	p := &linePainter{plain: true}
	s := &sifted{
		sieve:     logbook.NewSieve(logbook.Filter{Keep: []logbook.Pattern{five}, Context: 1}),
		print:     (&app{}).linePrinter(out, p),
		separator: func(r stack.Ref) error { _, err := out.WriteString(p.left(r)); return err },
	}
	for n := range 8 {
		if err := s.take(stack.LogLine{Ref: api, Text: fmt.Sprint(n)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Flush(); err != nil || b.String() != "0\n1\n--\n4\n5\n6\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// The last lines up to a time are those before it, and not those of the whole
// log as far as they are before it.
func TestTheTailIsOfWhatIsBeforeTheUntil(t *testing.T) {
	api := stack.Ref{Service: "api", Number: 1}
	var b strings.Builder
	a := &app{}
	out, p := bufio.NewWriter(&b), &linePainter{plain: true}
	o := stack.LogOptions{Tail: 2, Until: time.Unix(5, 0)}
	err := a.printLogs(t.Context(), printed{9, &asked{}}, out, []stack.Ref{api}, p, a.linePrinter(out, p), nil, o)
	if err = errors.Join(err, out.Flush()); err != nil || b.String() != "line 4\nline 5\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// A time of day is the last one, as in the dashboard.
func TestATimeOfDayIsTheLast(t *testing.T) {
	now := time.Date(2026, 3, 1, 3, 50, 0, 0, time.Local)
	for text, want := range map[string]time.Time{
		"03:49:00": time.Date(2026, 3, 1, 3, 49, 0, 0, time.Local),
		"03:49":    time.Date(2026, 3, 1, 3, 49, 0, 0, time.Local),
		"03:50:01": time.Date(2026, 2, 28, 3, 50, 1, 0, time.Local),
		"23:59":    time.Date(2026, 2, 28, 23, 59, 0, 0, time.Local),
	} {
		if got, err := moment("--since", text, now); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v; want %s", text, got, err, want)
		}
	}
}
