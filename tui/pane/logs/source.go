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
	ended  bool // nothing more will come
}

// Close ends all reading. The pane is of no use after it.
func (p *Pane) Close() {
	for _, s := range p.sources {
		s.stream.Close()
	}
	p.reading.Drop()
}

// read begins to read a service.
func (p *Pane) read(r stack.Ref) *source {
	// As much may wait for a frame as the book keeps: what is lost in a flood is
	// older than all that is kept.
	s := &source{stream: feed.Open(p.group, newest(p.settings.Lines, p.settings.Bytes))}
	s.stream.Go(follow(p.reader, r, p.settings.Tail))
	return s
}

// newest keeps the newest lines and bytes; 0 bytes: no limit of these.
func newest(lines int, bytes int64) feed.Fold[stack.LogLine] {
	byLines, waiting := feed.Newest[stack.LogLine](lines), int64(0)
	return func(pending []stack.LogLine, next stack.LogLine) ([]stack.LogLine, int) {
		if len(pending) == 0 {
			waiting = 0
		}
		waiting += int64(len(next.Text))
		kept, dropped := byLines(pending, next)
		for _, l := range pending[:dropped] {
			waiting -= int64(len(l.Text))
		}
		for bytes > 0 && waiting > bytes && len(kept) > 1 {
			waiting -= int64(len(kept[0].Text))
			kept = kept[1:]
			dropped++
		}
		return kept, dropped
	}
}

// take puts what came into the book.
func (s *source) take(b feed.Batch[stack.LogLine], book *logbook.Book) {
	for _, l := range b.Items {
		book.Add(l)
	}
	s.missed += b.Dropped
	s.ended = b.Done
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
			if failed == nil && ref.Run != "" {
				return nil // a one-off run has ended
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
