package logs

import (
	"context"
	"iter"
	"time"

	"berth/logbook"
	"berth/stack"
	"berth/tui/feed"
)

// Reader reads a service's output, and goes on with the container that
// replaces it.
type Reader interface {
	Logs(ctx context.Context, r stack.Ref, o stack.LogOptions) iter.Seq2[stack.LogLine, error]
}

// source is one service that is read.
type source struct {
	stream *feed.Stream[stack.LogLine]
	missed int  // lines that came and went within one frame
	whole  bool // there is nothing older than what was read
}

// read begins to read a service.
func (p *Pane) read(r stack.Ref) *source {
	// As many lines may wait for a frame as the book keeps: what is lost in a
	// flood is older than all that is kept.
	s := &source{stream: feed.Open(p.group, feed.Newest[stack.LogLine](p.settings.Lines))}
	s.stream.Go(follow(p.reader, r, p.settings.Tail))
	return s
}

// take puts what came into the book.
func (s *source) take(b feed.Batch[stack.LogLine], book *logbook.Book) {
	for _, l := range b.Items {
		book.Add(l)
	}
	s.missed += b.Dropped
}

// The waits before a log is opened again after it ended or failed.
const (
	reopenFirst = time.Second
	reopenMost  = 15 * time.Second
)

// follow reads one service for as long as it is wanted. What fails is said
// once, as a Notice, and tried again from the last line on.
func follow(r Reader, ref stack.Ref, tail int) func(context.Context, func(stack.LogLine)) error {
	return func(ctx context.Context, emit func(stack.LogLine)) error {
		options := stack.LogOptions{Tail: tail, Follow: true}
		said, wait := "", reopenFirst
		for {
			var failed error
			for line, err := range r.Logs(ctx, ref, options) {
				if failed = err; err != nil {
					break
				}
				emit(line)
				said, wait = "", reopenFirst
				if !line.Time.IsZero() {
					options = stack.LogOptions{Since: line.Time.Add(1), Tail: -1, Follow: true}
				}
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if failed != nil && failed.Error() != said {
				said = failed.Error()
				emit(stack.LogLine{Ref: ref, Stream: stack.Notice, Time: time.Now(), Text: "log cut off: " + said})
			}
			t := time.NewTimer(wait)
			select {
			case <-t.C:
			case <-ctx.Done():
				t.Stop()
				return ctx.Err()
			}
			wait = min(2*wait, reopenMost)
		}
	}
}
