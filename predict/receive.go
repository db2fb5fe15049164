package predict

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// patience ends a request when nothing came for too long: for an answer that
// comes in parts that is since the last one, else since the request.
type patience struct {
	limit time.Duration
	timer *time.Timer
}

func waitFor(ctx context.Context, limit time.Duration, cause error) (context.Context, *patience, context.CancelFunc) {
	limited, cancel := context.WithCancelCause(ctx)
	p := &patience{limit, time.AfterFunc(limit, func() { cancel(cause) })}
	return limited, p, func() { p.timer.Stop(); cancel(nil) }
}

// receive reads an answer's body, as much as may be kept, and tells of its
// parts if it comes in parts.
func (r *Response) receive(answer *http.Response, sent time.Time, o SendOptions, p *patience) error {
	s := streamOf(answer, sent)
	if s == nil {
		var err error
		if r.Body, err = io.ReadAll(io.LimitReader(answer.Body, o.MaxBody)); err == nil && int64(len(r.Body)) == o.MaxBody {
			r.Truncated, err = io.Copy(io.Discard, answer.Body)
		}
		return err
	}
	defer func() { r.Stream = &s.Stream }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := answer.Body.Read(buffer)
		keep := min(int64(n), o.MaxBody-int64(len(r.Body)))
		r.Body = append(r.Body, buffer[:keep]...)
		r.Truncated += int64(n) - keep
		if n > 0 {
			p.timer.Reset(p.limit)
			s.take(buffer[:n], time.Now())
		}
		if err != nil {
			s.end(time.Now())
		}
		if o.Streaming != nil && (n > 0 || err != nil) {
			o.Streaming(s.Stream)
		}
		switch {
		case errors.Is(err, io.EOF):
			if s.chat && !s.whole { // a closed connection ends a stream, whole or not
				r.Cut = "it ended without [DONE] and without a finish_reason"
			}
			return nil
		case err != nil:
			return err
		}
	}
}
