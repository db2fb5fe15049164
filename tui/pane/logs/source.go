package logs

import (
	"context"
	"iter"
	"slices"
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

// place is a row on the screen: a line by its number, and which of its wrapped
// rows.
type place struct {
	seq int64
	row int
}

// source is one thing that is read: a service, or all of them together. It
// keeps its place while another is shown.
type source struct {
	book     *logbook.Book
	stream   *feed.Stream[stack.LogLine]
	refs     []stack.Ref
	missed   int   // lines that came and went within one frame
	follow   bool  // the end is shown
	top      place // the first row shown, when not following
	pausedAt int64 // the end of the book when following stopped
}

func newSource(g *feed.Group, s Settings) *source {
	// As many lines may wait for a frame as the book keeps: what is lost in a
	// flood is older than all that is kept.
	return &source{
		book:   logbook.New(logbook.Limit{Lines: s.Lines, Bytes: s.Bytes}),
		stream: feed.Open(g, feed.Newest[stack.LogLine](s.Lines)),
		follow: true,
	}
}

// read adds services to the source; those it reads already are left alone.
func (s *source) read(r Reader, tail int, refs ...stack.Ref) {
	for _, ref := range refs {
		if slices.Contains(s.refs, ref) {
			continue
		}
		s.refs = append(s.refs, ref)
		s.stream.Go(follow(r, ref, tail))
	}
}

// take puts what came into the book, which has the order of several services.
func (s *source) take(b feed.Batch[stack.LogLine]) {
	for _, l := range b.Items {
		s.book.Add(l)
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
