package stack

import (
	"slices"
	"strconv"
	"time"
)

// Happening is what a Moment is about.
type Happening string

// The happenings. Serving and ServingNoMore are Berth's own verdicts, the others
// the Engine's events.
const (
	WasCreated    Happening = "created"
	WasStarted    Happening = "started"
	LastStarted   Happening = "last started" // of several starts that are not remembered
	Forgotten     Happening = "runs forgotten"
	CameToServe   Happening = "serving"
	ServingNoMore Happening = "not serving"
	CameHealthy   Happening = "healthy"
	CameUnhealthy Happening = "unhealthy"
	WasSignalled  Happening = "signal" // on somebody's request to the Engine
	OutOfMemory   Happening = "out of memory"
	WasPaused     Happening = "paused"
	WasUnpaused   Happening = "unpaused"
	HasDied       Happening = "died"
	WasRemoved    Happening = "removed"
)

// Moment is something that happened in the life of a service.
type Moment struct {
	At        time.Time `json:"at"`
	What      Happening `json:"what"`
	Container string    `json:"container,omitempty"` // its short ID
	ExitCode  int       `json:"exit_code,omitempty"` // of one that has died
	Signal    int       `json:"signal,omitempty"`    // that it was sent
}

// keptMoments is how much of a life is kept: a crash loop of ten runs, or the
// last few recreations with their starts.
const keptMoments = 40

// Life is what happened to a service, across its containers: the oldest first,
// the last keptMoments of it.
type Life []Moment

// burst is within what the kernel's killing for one want of memory is told again
// and again: 77 times in half a second was seen.
const burst = time.Second

// With is the life with one more moment, in its place; the receiver stays as it
// is, since it may have been handed to others.
func (l Life) With(m Moment) Life {
	m.At = m.At.Round(0).UTC()
	at := len(l)
	for at > 0 && l[at-1].At.After(m.At) {
		at--
	}
	for n := at - 1; n >= 0 && l[n].At.Equal(m.At); n-- {
		if l[n] == m {
			return l
		}
	}
	if m.What == OutOfMemory && at > 0 && l[at-1].What == OutOfMemory && l[at-1].Container == m.Container && m.At.Sub(l[at-1].At) < burst {
		return l
	}
	longer := slices.Insert(slices.Clone(l), at, m)
	return longer[max(0, len(longer)-keptMoments):]
}

// Run is one run of a container, from its start to its end.
type Run struct {
	Started  time.Time
	Died     time.Time // zero: it still runs
	ExitCode int       // with which it died
	Moments  Life      // in between, and its end; that it ran out of memory may come after it
}

// Took is how long it lasted; 0 where that is not known.
func (r Run) Took() time.Duration {
	if r.Died.IsZero() || r.Started.IsZero() {
		return 0
	}
	return r.Died.Sub(r.Started)
}

// Runs is the runs of a container that are remembered from their start, the
// oldest first. Of the oldest Started may be zero: then it is remembered from
// its first signal on.
func (l Life) Runs(container string) []Run {
	var runs []Run
	for _, m := range l {
		if m.Container != ShortID(container) {
			continue
		}
		if len(runs) == 0 && m.What == WasSignalled {
			runs = append(runs, Run{}) // its start is forgotten, who ended it is not
		}
		switch {
		case m.What == WasStarted:
			runs = append(runs, Run{Started: m.At})
		case len(runs) == 0 || !runs[len(runs)-1].Died.IsZero() && m.What != OutOfMemory: // which may be told late, see Recall
		case m.What == HasDied:
			runs[len(runs)-1].Died, runs[len(runs)-1].ExitCode = m.At, m.ExitCode
			fallthrough
		default:
			last := &runs[len(runs)-1]
			last.Moments = append(last.Moments, m)
		}
	}
	return runs
}

// Has reports whether something happened in the run.
func (r Run) Has(what Happening) bool {
	return slices.ContainsFunc(r.Moments, func(m Moment) bool { return m.What == what })
}

// Signalled is when a signal was sent in the run first; zero: it was not.
func (r Run) Signalled(signal int) time.Time {
	for _, m := range r.Moments {
		if m.What == WasSignalled && m.Signal == signal {
			return m.At
		}
	}
	return time.Time{}
}

// Asked reports whether it ended as somebody asked the Engine for: with SIGKILL
// sent, or with a signal sent to which it reacted.
func (r Run) Asked() bool {
	if r.ExitCode == 128+signals["KILL"] {
		return !r.Signalled(signals["KILL"]).IsZero()
	}
	return r.Has(WasSignalled)
}

// signals are Linux' numbers of the signals that containers are stopped with.
var signals = map[string]int{
	"HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15, "WINCH": 28, "PWR": 30, "RTMIN+3": 37,
}

// SignalNumber is the number of a signal as the Engine names it: "SIGTERM",
// "TERM", "15"; empty is its default, SIGTERM. 0: not known.
func SignalNumber(name string) int {
	if name == "" {
		name = "TERM"
	}
	if n, err := strconv.Atoi(name); err == nil {
		return n
	}
	if len(name) > 3 && name[:3] == "SIG" {
		name = name[3:]
	}
	return signals[name]
}

// SignalName is "SIGTERM" for 15.
func SignalName(n int) string {
	for name, number := range signals {
		if number == n {
			return "SIG" + name
		}
	}
	return "signal " + strconv.Itoa(n)
}
