package dockerops_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/logbook"
	"berth/stack"
)

// A service that goes on counting where its last life ended, 50 lines a life.
const countedLife = `i=$(cat /n 2>/dev/null || echo 0); j=0
while [ $j -lt 50 ]; do i=$((i+1)); j=$((j+1)); echo line $i; done
echo $i >/n`

// Some 2,000 lines a second.
const countedFlood = `i=0; while :; do seq $((i+1)) $((i+200)) | sed 's/^/line /'; i=$((i+200)); usleep 90000; done`

// Lines until it is stopped.
const countedOn = `i=%d; trap 'exit 0' TERM; while :; do i=$((i+1)); echo line $i; usleep 2000; done`

// TestSoak reads a service that restarts all the time, one that floods and one
// that is recreated all the time, as the dashboard does, into its book: no line
// is lost without being told, none comes twice, memory stays flat. `make soak` does it for 15
// minutes (SOAK).
func TestSoak(t *testing.T) {
	d := 6 * time.Second
	if text := os.Getenv("SOAK"); text != "" {
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := &soak{t: t, ctx: ctx, book: logbook.New(logbook.Limit{Lines: 200})}
	base := newActor(t)
	as := func(service string) actor { a := base; a.Service = service; return a }
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() { s.restart(as("restarting")) })
	work.Go(func() { s.recreate(as("recreated")) })
	as("flooding").run(countedFlood)
	for _, service := range []string{"restarting", "recreated", "flooding"} {
		r := as(service)
		work.Go(func() { s.read(dial(t).Logs(ctx, r.Ref, stack.LogOptions{Tail: -1, Follow: true})) })
	}
	s.watch(d)
}

type soak struct {
	t     *testing.T
	ctx   context.Context
	mu    sync.Mutex // of book, which is for one goroutine
	book  *logbook.Book
	lines [3]atomic.Int64
	lives atomic.Int64
	gaps  atomic.Int64 // that were told
	kinds atomic.Int64
}

// read checks that the numbers go on.
func (s *soak) read(lines func(func(stack.LogLine, error) bool)) {
	kind := s.kinds.Add(1) - 1
	last, told := 0, false
	for l, err := range lines {
		if err != nil {
			s.t.Error(err)
			return
		}
		s.mu.Lock()
		s.book.Add(l)
		s.mu.Unlock()
		if l.Stream == stack.Notice {
			continue
		}
		if l.Stream == stack.Gap {
			// On a busy machine a container is removed before its last lines could be
			// read. They are lost, but not in silence.
			s.gaps.Add(1)
			told = true
			continue
		}
		var n int
		if _, err := fmt.Sscanf(l.Text, "line %d", &n); err != nil || n != last+1 && !(told && n > last) {
			s.t.Errorf("%s: %s %q after line %d (life %d)", l.Service, l.Stream, l.Text, last, s.lives.Load())
			return
		}
		last, told = n, false
		s.lines[kind].Store(int64(n))
	}
}

// restart starts a container whenever it has ended.
func (s *soak) restart(a actor) {
	id := a.create(countedLife)
	for s.ctx.Err() == nil {
		ended := a.cli.ContainerWait(s.ctx, id, client.ContainerWaitOptions{Condition: container.WaitConditionNextExit})
		if _, err := a.cli.ContainerStart(s.ctx, id, client.ContainerStartOptions{}); err != nil {
			s.failed(err)
			return
		}
		select {
		case <-ended.Result:
			s.lives.Add(1)
		case err := <-ended.Error:
			s.failed(err)
			return
		}
	}
}

// recreate replaces a container by one that goes on counting, every second.
func (s *soak) recreate(a actor) {
	for n := 0; ; {
		id := a.run(fmt.Sprintf(countedOn, n))
		select {
		case <-time.After(time.Second):
		case <-s.ctx.Done():
			return
		}
		two := 2
		if _, err := a.cli.ContainerStop(s.ctx, id, client.ContainerStopOptions{Timeout: &two}); err != nil {
			s.failed(err)
			return
		}
		if _, err := fmt.Sscanf(a.lastLine(id), "line %d", &n); err != nil {
			s.failed(err)
			return
		}
		a.remove(id)
		s.lives.Add(1)
	}
}

func (s *soak) failed(err error) {
	if s.ctx.Err() == nil {
		s.t.Error(err)
	}
}

const samples = 30

// watch measures memory until the time is over.
func (s *soak) watch(d time.Duration) {
	began := time.Now()
	every := time.NewTicker(d / (samples + 1))
	defer every.Stop()
	var at, heap []float64
	for len(at) < samples {
		<-every.C
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		at = append(at, time.Since(began).Seconds())
		heap = append(heap, float64(m.HeapAlloc)/(1<<20))
		var lines [3]int64
		for i := range lines {
			lines[i] = s.lines[i].Load()
		}
		s.t.Logf("%6.1f s  heap %5.2f MB  goroutines %d  lines %d  lives %d  gaps told %d", at[len(at)-1], heap[len(heap)-1], runtime.NumGoroutine(), lines, s.lives.Load(), s.gaps.Load())
	}
	if s.t.Failed() {
		return
	}
	for i := range s.lines {
		if s.lines[i].Load() == 0 {
			s.t.Error("a service gave no line")
		}
	}
	// The first half fills the book.
	per := slope(at[samples/2:], heap[samples/2:])
	grown := per * (at[samples-1] - at[samples/2])
	s.t.Logf("slope of the second half: %s MB a minute", strconv.FormatFloat(60*per, 'f', 3, 64))
	if grown > 2 {
		s.t.Errorf("memory grew by %.2f MB in the second half", grown)
	}
}

// slope is that of the line through the points, by least squares.
func slope(x, y []float64) float64 {
	var mx, my float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(x))
	}
	var xy, xx float64
	for i := range x {
		xy, xx = xy+(x[i]-mx)*(y[i]-my), xx+(x[i]-mx)*(x[i]-mx)
	}
	return xy / xx
}
