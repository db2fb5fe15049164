package ready

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

func TestWaitReturnsWhenItServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		network := newPipes(t, start.Add(3*time.Second), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if time.Since(start) < 5*time.Second {
				http.Error(w, "loading", http.StatusServiceUnavailable)
			}
		}))
		var j journal
		e := &fake{start: start, inspect: always(web(api))}
		if err := Wait(t.Context(), e, []stack.Ref{api}, WaitOptions{dial: network.dial}, j.report); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 5*time.Second || took > 5*time.Second+DefaultInterval {
			t.Errorf("returned after %v", took)
		}
		want := []string{"working ", "working connection refused", "working 503: loading", "done 200 in 0 ms"}
		if got := j.texts(); !slices.Equal(got, want) {
			t.Errorf("reported %q, want %q", got, want)
		}
		// Often at first, then four times a second.
		if e.looks[1] != first || e.looks[2] != first+first*3/2 || e.looks[len(e.looks)-1]-e.looks[len(e.looks)-2] != DefaultInterval {
			t.Errorf("looked at %v", e.looks)
		}
	})
}

func TestWaitAsksAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		network := newPipes(t, start.Add(2*time.Second), http.NotFoundHandler())
		d := web(api)
		d.Check = nil // any answer will do
		refs := []stack.Ref{api, {Project: "p", Service: "b", Number: 1}, {Project: "p", Service: "c", Number: 1}}
		if err := Wait(t.Context(), &fake{start: start, inspect: always(d)}, refs, WaitOptions{dial: network.dial}, new(journal).report); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 2*time.Second+DefaultInterval {
			t.Errorf("returned after %v", took)
		}
	})
}

// A job has nothing to ask: that it did what it had to do is all there is.
func TestWaitIsDoneWhenAJobIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := web(api)
		d.Phase, d.ExitCode, d.Check, d.Ports = stack.Exited, 0, nil, nil
		var j journal
		if err := Wait(t.Context(), &fake{start: time.Now(), inspect: always(d)}, []stack.Ref{api}, WaitOptions{}, j.report); err != nil {
			t.Error(err)
		}
		if last := j.all[len(j.all)-1]; last.Action != stack.ActFinish || last.Status != stack.Done {
			t.Errorf("it is told as %s, %s", last.Action, last.Status)
		}
		d.ExitCode = 1
		if err := Wait(t.Context(), &fake{start: time.Now(), inspect: always(d)}, []stack.Ref{api}, WaitOptions{}, j.report); err == nil {
			t.Error("it failed, and that is not told")
		}
	})
}

// What does not serve for long is asked less often: its log is its own.
func TestWaitAsksLessOftenAfterAWhile(t *testing.T) {
	refused := func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
	synctest.Test(t, func(t *testing.T) {
		e := &fake{start: time.Now(), inspect: always(web(api))}
		if err := Wait(t.Context(), e, []stack.Ref{api}, WaitOptions{Timeout: 5 * time.Minute, dial: refused}, new(journal).report); err == nil {
			t.Error("it serves")
		}
		if n := len(e.looks); n < 150 || n > 300 {
			t.Errorf("asked %d times in 5 minutes", n)
		}
	})
}

func TestWaitEndsEarly(t *testing.T) {
	refused := func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
	for _, c := range []struct {
		name    string
		inspect func(at time.Duration, r stack.Ref) (stack.Detail, error)
		cause   Cause
		by      time.Duration
		text    string
	}{
		{"exit", func(at time.Duration, r stack.Ref) (stack.Detail, error) {
			d := web(r)
			if at > time.Second {
				d.Phase, d.ExitCode = stack.Exited, 137
				d.OOMKilled = true
			}
			return d, nil
		}, Ended, 1300 * time.Millisecond, "waiting until it serves (api): exited (137: out of memory) after 1."},
		{"unhealthy", func(at time.Duration, r stack.Ref) (stack.Detail, error) {
			d := web(r)
			d.Health = stack.HealthStarting
			if at > 20*time.Second { // after Docker's start period and retries
				d.Health = stack.Unhealthy
			}
			return d, nil
		}, Unhealthy, 22 * time.Second, "waiting until it serves (api): unhealthy after 2"},
		{"restart loop", func(at time.Duration, r stack.Ref) (stack.Detail, error) {
			d := web(r)
			d.Restarts, d.ExitCode = 7+int(at/time.Second), 1 // 7 were before
			return d, nil
		}, Restarts, 3300 * time.Millisecond, "waiting until it serves (api): restarted 3 times in 3."},
		{"not started", func(_ time.Duration, r stack.Ref) (stack.Detail, error) {
			d := web(r)
			d.Phase, d.Error = stack.Created, "exec: \"nope\": not found"
			return d, nil
		}, NotStarted, 0, `waiting until it serves (api): did not start: exec: "nope": not found`},
		{
			"limit", func(_ time.Duration, r stack.Ref) (stack.Detail, error) { return web(r), nil },
			TimedOut, DefaultTimeout, "waiting until it serves (api): not serving after 5 m 00 s: connection refused (GET http://127.0.0.1:18000/health, as its health check does); see berth logs api, or give it longer with --wait-timeout",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var j journal
				err := Wait(t.Context(), &fake{start: start, inspect: c.inspect}, []stack.Ref{api}, WaitOptions{dial: refused}, j.report)
				var not *NotServing
				var problem *stack.Problem
				if !errors.As(err, &not) || not.Cause != c.cause || not.Ref != api || !errors.As(err, &problem) {
					t.Fatalf("%#v", err)
				}
				if took := time.Since(start); took > c.by {
					t.Errorf("ended after %v", took)
				}
				if !strings.HasPrefix(err.Error(), c.text) {
					t.Errorf("got %q\nwant %q", err, c.text)
				}
				if last := j.all[len(j.all)-1]; last.Status != stack.Failed || last.Text != not.Error() {
					t.Errorf("reported %+v", last)
				}
			})
		})
	}
}

// One that cannot come to serve ends the others' waits, which are no failures.
func TestWaitCancelsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := stack.Ref{Project: "p", Service: "b", Number: 1}
		refused := func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
		e := &fake{start: time.Now(), inspect: func(at time.Duration, r stack.Ref) (stack.Detail, error) {
			d := web(r)
			if r == b {
				d.Phase, d.ExitCode = stack.Exited, 1
			}
			return d, nil
		}}
		var j journal
		err := Wait(t.Context(), e, []stack.Ref{api, b}, WaitOptions{dial: refused}, j.report)
		var problem *stack.Problem
		if !errors.As(err, &problem) || problem.Where != "b" || strings.Contains(err.Error(), "api") {
			t.Errorf("%v", err)
		}
		final := map[string]stack.Status{}
		for _, p := range j.all {
			final[p.Service] = p.Status
		}
		if final["api"] != stack.Cancelled || final["b"] != stack.Failed {
			t.Errorf("ended as %v", final)
		}
	})
}

func TestWaitIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := newPipes(t, time.Now(), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		err := Wait(ctx, &fake{start: start, inspect: always(web(api))}, []stack.Ref{api}, WaitOptions{dial: network.dial}, new(journal).report)
		if !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestWaitSaysThatTheEngineFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("the Engine is gone")
		e := &fake{start: time.Now(), inspect: func(time.Duration, stack.Ref) (stack.Detail, error) { return stack.Detail{}, gone }}
		if err := Wait(t.Context(), e, []stack.Ref{api}, WaitOptions{}, new(journal).report); !errors.Is(err, gone) {
			t.Errorf("%v", err)
		}
	})
}

// A server on the container's own loopback passes its check, and nobody else's.
func TestWaitFindsLoopbackServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := func(context.Context, string, string) (net.Conn, error) {
			here, there := net.Pipe()
			there.Close()
			return here, nil
		}
		e := &fake{start: time.Now(), inspect: always(web(api)), exec: func([]string) (stack.ExecResult, error) { return stack.ExecResult{}, nil }}
		err := Wait(t.Context(), e, []stack.Ref{api}, WaitOptions{Timeout: 2 * time.Second, dial: closed}, new(journal).report)
		var not *NotServing
		if !errors.As(err, &not) || !not.Inside || !strings.Contains(err.Error(), "let it listen on 0.0.0.0") {
			t.Errorf("%v", err)
		}
	})
}

// A question that the limit cuts short says nothing; the answer before it does.
func TestWaitKeepsTheLastWholeAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		network := newPipes(t, start.Add(time.Second), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		err := Wait(t.Context(), &fake{start: start, inspect: always(web(api))}, []stack.Ref{api}, WaitOptions{Timeout: 2 * time.Second, dial: network.dial}, new(journal).report)
		var not *NotServing
		if !errors.As(err, &not) || not.Last.Text != "connection refused" || time.Since(start) != 2*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

// What cannot be asked serves when it has run for a second, by one process.
func TestWaitForRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		e := &fake{start: start, inspect: func(at time.Duration, r stack.Ref) (stack.Detail, error) {
			s := stack.Service{Ref: r, ContainerID: "c1", Phase: stack.Running, StartedAt: start}
			if at > 500*time.Millisecond {
				s.StartedAt, s.Restarts = start.Add(500*time.Millisecond), 1
			}
			return stack.Detail{Service: s}, nil
		}}
		if err := Wait(t.Context(), e, []stack.Ref{api}, WaitOptions{}, new(journal).report); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 1500*time.Millisecond || took > 1700*time.Millisecond {
			t.Errorf("returned after %v", took)
		}
	})
}
