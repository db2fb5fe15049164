package dockerops

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

// logged is an Engine with one running container and its log, whose stream
// breaks where the test says.
type logged struct {
	records []string // "TIME text\n"
	breaks  []int    // after how many records each stream ends; the last goes on
	how     func(w http.ResponseWriter)
	clock   time.Time // the Engine's, if it tells
	streams int
	since   []string
}

func (l *logged) answer(w http.ResponseWriter, r *http.Request, path string) {
	if !l.clock.IsZero() {
		w.Header().Set("Date", l.clock.UTC().Format(http.TimeFormat))
	}
	switch {
	case path == "/events":
		w.WriteHeader(http.StatusOK)
		<-r.Context().Done()
	case path == "/containers/json":
		answer(w, []map[string]any{{"Id": "c", "State": "running"}})
	case strings.HasSuffix(path, "/logs"):
		l.send(w, r)
	default:
		answer(w, map[string]any{
			"Id": "c", "State": map[string]any{"Status": "running", "Running": true, "StartedAt": "2026-01-01T00:00:00Z"},
			"Config": map[string]any{},
		})
	}
}

func (l *logged) send(w http.ResponseWriter, r *http.Request) {
	since := 0.0
	if s := r.URL.Query().Get("since"); s != "" {
		l.since = append(l.since, s)
		var err error
		if since, err = strconv.ParseFloat(s, 64); err != nil {
			panic(err)
		}
	}
	until := len(l.records)
	last := l.streams >= len(l.breaks)
	if !last {
		until = l.breaks[l.streams]
	}
	l.streams++
	for _, record := range l.records[:until] {
		stamp, _, _ := strings.Cut(record, " ")
		at, err := time.Parse(time.RFC3339Nano, stamp)
		if err != nil {
			panic(err)
		}
		if float64(at.UnixNano())/1e9 < since {
			continue
		}
		if _, err := w.Write(frameOf(frameStdout, record)); err != nil {
			return
		}
	}
	if last {
		<-r.Context().Done()
	} else {
		l.how(w)
	}
}

func breakOff(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestLogsResume(t *testing.T) {
	at := func(seconds int) string {
		return time.Date(2026, 1, 1, 12, 0, seconds, 0, time.UTC).Format(time.RFC3339Nano)
	}
	var plain, sameTime, setBack, hourBack []string
	for i := range 20 {
		plain = append(plain, fmt.Sprintf("%s line %d\n", at(i), i))
		sameTime = append(sameTime, fmt.Sprintf("%s line %d\n", at(i/10), i))
		seconds := i
		if i >= 10 {
			seconds = i - 10 // the clock went back by ten seconds
		}
		setBack = append(setBack, fmt.Sprintf("%s line %d\n", at(seconds), i))
		if i >= 10 {
			seconds -= 3600
		}
		hourBack = append(hourBack, fmt.Sprintf("%s line %d\n", at(seconds), i))
	}
	equal := slices.Repeat([]string{at(1) + " again\n"}, 20)
	half := func(w http.ResponseWriter) {
		_, _ = w.Write(frameOf(frameStdout, at(3)+" line 5\n")[:20])
		panic(http.ErrAbortHandler)
	}
	malformed := func(w http.ResponseWriter) {
		_, _ = w.Write([]byte("HTTP/1.1 200 OK\r\n"))
		panic(http.ErrAbortHandler)
	}
	for name, l := range map[string]logged{
		"connection breaks":         {records: plain, breaks: []int{5, 7, 7, 12}, how: breakOff},
		"the Engine closes it":      {records: plain, breaks: []int{5, 12}, how: func(http.ResponseWriter) {}},
		"half a frame":              {records: plain, breaks: []int{5}, how: half},
		"a malformed frame":         {records: plain, breaks: []int{5}, how: malformed},
		"timestamps of one second":  {records: sameTime, breaks: []int{3, 14}, how: breakOff},
		"equal lines":               {records: equal, breaks: []int{7, 13}, how: breakOff},
		"the clock is set back":     {records: setBack, breaks: []int{5, 15}, how: breakOff},
		"set back while cut off":    {records: hourBack, breaks: []int{10}, how: breakOff, clock: time.Date(2026, 1, 1, 11, 0, 10, 0, time.UTC)},
		"set back, cut off later":   {records: hourBack, breaks: []int{15}, how: breakOff, clock: time.Date(2026, 1, 1, 11, 0, 10, 0, time.UTC)},
		"broken before the first":   {records: plain, breaks: []int{0}, how: breakOff},
		"everything comes twice":    {records: plain, breaks: []int{20}, how: breakOff},
		"the Engine's own words":    {records: plain, breaks: []int{4}, how: func(w http.ResponseWriter) { _, _ = w.Write(frameOf(frameError, "disk full")) }},
		"a length of four gigabyte": {records: plain, breaks: []int{4}, how: func(w http.ResponseWriter) { _, _ = w.Write([]byte{1, 0, 0, 0, 255, 255, 255, 255, 'x'}) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := fakeEngine(t, engineAPI(l.answer))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var got []string
				notices := 0
				for line, err := range e.Logs(ctx, stack.Ref{Project: "p", Service: "s", Number: 1}, stack.LogOptions{Tail: -1, Follow: true}) {
					if err != nil {
						t.Fatal(err)
					}
					switch line.Stream {
					case stack.Notice:
						notices++
						continue
					case stack.Gap:
						t.Errorf("a gap is told: %s", line.Text)
						continue
					}
					got = append(got, line.Text)
					if len(got) == len(l.records) && l.streams > len(l.breaks) {
						break
					}
					if len(got) == len(l.records) { // is there one too many?
						time.AfterFunc(time.Minute, cancel)
					}
				}
				var want []string
				for _, r := range l.records {
					_, text, _ := strings.Cut(strings.TrimSuffix(r, "\n"), " ")
					want = append(want, text)
				}
				if !slices.Equal(got, want) {
					t.Errorf("got %q", got)
				}
				if notices == 0 {
					t.Error("the cut was not told")
				}
			})
		})
	}
}

// Following up to a time ends there: when that is over already, when the Engine
// closes the log by its own clock, and when nothing more is printed.
func TestLogsAreFollowedUpToATime(t *testing.T) {
	records := []string{"2000-01-01T00:00:00Z one\n", "2000-01-01T00:00:01Z two\n"}
	closed := func(http.ResponseWriter) {}
	for name, c := range map[string]struct {
		in     time.Duration
		breaks []int
		took   time.Duration
	}{
		"over already":         {-time.Second, []int{2}, 0},
		"the Engine closes it": {time.Hour, []int{1, 2}, 0},
		"silence":              {time.Hour, nil, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := logged{records: records, breaks: c.breaks, how: closed}
				e := fakeEngine(t, engineAPI(func(w http.ResponseWriter, r *http.Request, path string) {
					if strings.HasSuffix(path, "/logs") && r.URL.Query().Get("follow") == "" {
						l.breaks = slices.Repeat([]int{2}, l.streams+1)
					}
					l.answer(w, r, path)
				}))
				var got []string
				begun := time.Now()
				for line, err := range e.Logs(t.Context(), stack.Ref{Project: "p", Service: "s", Number: 1}, stack.LogOptions{Tail: -1, Follow: true, Until: begun.Add(c.in)}) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, line.Text)
				}
				if !slices.Equal(got, []string{"one", "two"}) || time.Since(begun).Truncate(time.Second) != c.took {
					t.Errorf("%q in %s", got, time.Since(begun))
				}
			})
		})
	}
}

// A failed start is told with its own time, whenever one looks.
func TestAFailedStartHasItsTime(t *testing.T) {
	for finished, want := range map[string]string{
		"0001-01-01T00:00:00Z": "1999-12-31T10:00:00Z", // made then
		"1999-12-31T10:00:05Z": "1999-12-31T10:00:05Z",
	} {
		synctest.Test(t, func(t *testing.T) {
			e := fakeEngine(t, engineAPI(func(w http.ResponseWriter, r *http.Request, path string) {
				switch path {
				case "/events":
					w.WriteHeader(http.StatusOK)
					<-r.Context().Done()
				case "/containers/json":
					answer(w, []map[string]any{{"Id": "c", "State": "created"}})
				default:
					answer(w, map[string]any{
						"Id": "c", "Created": "1999-12-31T10:00:00Z", "Config": map[string]any{},
						"State": map[string]any{"Status": "created", "StartedAt": "0001-01-01T00:00:00Z", "FinishedAt": finished, "Error": "no such port"},
					})
				}
			}))
			for line, err := range e.Logs(t.Context(), stack.Ref{Project: "p", Service: "s", Number: 1}, stack.LogOptions{Tail: -1, Follow: true}) {
				if got := line.Time.UTC().Format(time.RFC3339); err != nil || got != want || line.Text != "could not be started: no such port" {
					t.Errorf("%s %q, %v; want %s", got, line.Text, err, want)
				}
				break
			}
		})
	}
}
