package feed

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Task is the place for one long job that tells how far it is, as P, and ends in
// R or an error. Starting another gives up the job before. The zero Task has
// none.
type Task[P, R any] struct {
	Progress P // what was told last
	Result   R // once it is done; also beside Err
	Err      error
	Began    time.Time

	stream *Stream[step[P, R]]
	stop   context.CancelFunc
	done   bool
}

// step is how far a job is, or its end.
type step[P, R any] struct {
	progress P
	result   R
	err      error
	done     bool
}

// Told is the message that has news of a task.
type Told[P, R any] struct{ batch Batch[step[P, R]] }

// Start begins f in a goroutine, and returns the command that waits for news.
// What f returns is taken up, also when Stop ended its context.
func (t *Task[P, R]) Start(g *Group, f func(ctx context.Context, tell func(P)) (R, error)) tea.Cmd {
	t.Close()
	stream := Open(g, Latest[step[P, R]]())
	ctx, stop := context.WithCancel(stream.ctx)
	*t = Task[P, R]{Began: time.Now(), stream: stream, stop: stop}
	stream.Go(func(_ context.Context, emit func(step[P, R])) error {
		r, err := f(ctx, func(p P) { emit(step[P, R]{progress: p}) })
		emit(step[P, R]{result: r, err: err, done: true})
		return nil
	})
	return t.next()
}

func (t *Task[P, R]) next() tea.Cmd {
	stream := t.stream
	return func() tea.Msg {
		b, ok := stream.Next().(Batch[step[P, R]])
		if !ok {
			return nil
		}
		return Told[P, R]{b}
	}
}

// Take takes up news, and returns the command that waits for more. It reports
// whether they are of this task's last job.
func (t *Task[P, R]) Take(news Told[P, R]) (cmd tea.Cmd, ok bool) {
	if t.stream == nil || news.batch.From != t.stream {
		return nil, false
	}
	for _, s := range news.batch.Items {
		if s.done {
			t.Result, t.Err, t.done = s.result, s.err, true
			t.stop()
		} else {
			t.Progress = s.progress
		}
	}
	if news.batch.Done {
		return nil, true
	}
	return t.next(), true
}

// Update is Take of a message that may be another's.
func (t *Task[P, R]) Update(msg tea.Msg) tea.Cmd {
	news, ok := msg.(Told[P, R])
	if !ok {
		return nil
	}
	cmd, _ := t.Take(news)
	return cmd
}

// Running reports whether there is a job that has not ended.
func (t *Task[P, R]) Running() bool { return t.stream != nil && !t.done }

// Done reports whether there was a job and it has ended.
func (t *Task[P, R]) Done() bool { return t.done }

// Stop ends the job's context: it ends with what it has.
func (t *Task[P, R]) Stop() {
	if t.stop != nil {
		t.stop()
	}
}

// Close gives the job up: nothing of it is taken any more.
func (t *Task[P, R]) Close() {
	if t.stream != nil {
		t.stop()
		t.stream.Close()
		*t = Task[P, R]{}
	}
}
