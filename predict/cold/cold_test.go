package cold

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"berth/predict"
	"berth/stack"
)

// service answers as a service that loads does; time is the bubble's.
type service struct {
	begun  time.Time
	loads  time.Duration // until it predicts
	lazily time.Duration // what the first prediction takes longer
	before any           // a status, or an error
	sent   int
	served int
}

func (s *service) send(ctx context.Context) (predict.Response, error) {
	s.sent++
	if time.Since(s.begun) < s.loads {
		if err, ok := s.before.(error); ok {
			return predict.Response{}, err
		}
		return predict.Response{Status: s.before.(int)}, nil
	}
	took := 10 * time.Millisecond
	if s.served == 0 {
		took += s.lazily
	}
	s.served++
	select {
	case <-ctx.Done():
		return predict.Response{}, context.Cause(ctx)
	case <-time.After(took):
	}
	return predict.Response{Status: 200, Timing: predict.Timing{Total: took}}, nil
}

func TestTheFirstPredictionIsWaitedForAndSomeMoreAreSent(t *testing.T) {
	for name, before := range map[string]any{"503": 503, "refused": errors.New("connection refused"), "not there yet": 404, "Triton's": 400} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{begun: time.Now(), loads: 4 * time.Second, lazily: 2 * time.Second, before: before}
			p, err := Measure(t.Context(), time.Minute, s.send)
			if err != nil {
				t.Fatal(name, err)
			}
			if p.Cold != 2010*time.Millisecond || p.Warm != 10*time.Millisecond || len(p.Later) != after {
				t.Errorf("%s: %+v", name, p)
			}
			// Known to a twentieth, and the service not flooded.
			if load := p.First.Sub(s.begun) - p.Cold; load < s.loads || load > s.loads+s.loads/share+shortest || p.Refused > 80 || p.Refused < 20 {
				t.Errorf("%s: loaded after %v, %d tries before", name, load, p.Refused)
			}
		})
	}
}

func TestWhatWillNotPredictIsNotWaitedFor(t *testing.T) {
	gone := &stack.Problem{What: "it is not running any more"}
	for _, c := range []struct {
		before any
		took   time.Duration
		says   string
	}{
		{422, 0, "the service does not take it: 422 Unprocessable Entity; `berth predict` shows the answer"},
		{401, 0, "401 Unauthorized"},
		{Final{gone}, 0, "it is not running any more"},
		{503, 30 * time.Second, "no prediction was answered within 30.0 s: 503 Service Unavailable; the setting wait_timeout gives it longer"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := &service{begun: time.Now(), loads: time.Hour, before: c.before}
			_, err := Measure(t.Context(), 30*time.Second, s.send)
			if err == nil || !strings.Contains(err.Error(), c.says) || time.Since(s.begun) != c.took {
				t.Errorf("after %v: %v", time.Since(s.begun), err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) { // it hangs, and it is given up
		hangs := func(ctx context.Context) (predict.Response, error) {
			<-ctx.Done()
			return predict.Response{}, ctx.Err()
		}
		begun := time.Now()
		if _, err := Measure(t.Context(), 30*time.Second, hangs); err == nil || time.Since(begun) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := Measure(ctx, 30*time.Second, hangs); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 31*time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
	synctest.Test(t, func(t *testing.T) { // it predicts once, and then no more
		n := 0
		once := func(context.Context) (predict.Response, error) {
			if n++; n > 1 {
				return predict.Response{Status: 500}, nil
			}
			return predict.Response{Status: 200}, nil
		}
		if _, err := Measure(t.Context(), time.Minute, once); err == nil || !strings.Contains(err.Error(), "once, and then no more: 500") {
			t.Error(err)
		}
	})
}

func TestAStartPeriodIsTwiceTheLoadTimeInSteps(t *testing.T) {
	for load, want := range map[time.Duration]time.Duration{
		200 * time.Millisecond: 5 * time.Second, 2500 * time.Millisecond: 5 * time.Second, 2501 * time.Millisecond: 10 * time.Second,
		44 * time.Second: 90 * time.Second,
	} {
		if got := StartPeriodFor(load); got != want {
			t.Errorf("%v: %v, want %v", load, got, want)
		}
	}
}

func TestAStartIsToldInWords(t *testing.T) {
	begun := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) Predictions {
		return Predictions{First: begun.Add(d), Cold: 8 * time.Millisecond, Warm: 2 * time.Millisecond, Later: make([]time.Duration, after)}
	}
	d := stack.Detail{Service: stack.Service{Ref: stack.Ref{Service: "api", Number: 1}, StartedAt: begun, Answer: "200 in 2 ms"}}
	with := func(period time.Duration) stack.Detail {
		d := d
		d.Check = &stack.Check{StartPeriod: period, Origin: "compose"}
		return d
	}
	lazily := at(9 * time.Second)
	lazily.Cold = 6 * time.Second
	refused := at(9 * time.Second)
	refused.Refused, refused.Refusal = 12, "503 Service Unavailable"
	for _, c := range []struct {
		Start
		says, not string
	}{
		{Of(with(30*time.Second), true, begun.Add(3*time.Second), at(9*time.Second)), "start_period: 20s, twice the load time in steps of 5s: other machines are slower\nthe 30 s of the health check are enough\n", "note"},
		{Of(with(10*time.Second), true, begun.Add(3*time.Second), at(9*time.Second)), "the 10 s of the health check are enough here, and tight", ""},
		{Of(with(5*time.Second), true, begun.Add(3*time.Second), at(9*time.Second)), "the 5 s of the health check are too short", ""},
		{Of(with(0), true, begun.Add(3*time.Second), at(9*time.Second)), "the health check has none", ""},
		{Of(d, true, begun.Add(3*time.Second), at(9*time.Second)), "there is no health check that could have one", ""},
		{Of(d, true, begun.Add(3*time.Second), refused), "it answers its health check 6.0 s before it predicts (12 failed: 503 Service Unavailable)", "late"},
		{Of(d, true, begun.Add(3*time.Second), lazily), "the first caller waits for what is loaded late", "fail until"},
		{Of(with(0), false, begun.Add(time.Minute), at(2*time.Minute)), "at most 1 m 00 s after its start: 200 in 2 ms\nat most 2 m 00 s after its start\n8.0 ms for the first prediction\n2.0 ms, the median of 10 after it\nit served before it was looked at", "start_period"},
	} {
		var text string
		for _, l := range c.Lines() {
			text += l[1] + "\n"
		}
		if !strings.Contains(text, c.says) || c.not != "" && strings.Contains(text, c.not) {
			t.Errorf("want %s, not %s, in\n%s", c.says, c.not, text)
		}
	}
}
