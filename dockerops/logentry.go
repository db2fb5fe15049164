package dockerops

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"time"

	"berth/stack"
)

// entry is one record of the Engine's log: a line, or a piece of one.
type entry struct {
	stream  stack.Stream
	time    time.Time // zero when the Engine gave none
	text    []byte    // without timestamp and end of line; valid until the next is read
	ends    bool      // the line ends here
	dropped int64
}

// entrySource reads entries. Its error is io.EOF when the log ended, and
// anything else when it was cut.
type entrySource interface{ next() (entry, error) }

// newEntrySource reads a log as the Engine sends it for a container with a
// terminal (raw) or without one (frames), with timestamps or without.
func newEntrySource(r io.Reader, tty, stamped bool) entrySource {
	if tty {
		return &rawSource{r: bufio.NewReaderSize(r, 64<<10), stamped: stamped}
	}
	return &framedSource{frames: frameReader{r: bufio.NewReaderSize(r, 64<<10)}, stamped: stamped}
}

// framedSource: one frame is one record, and each begins with its timestamp,
// also the second and later pieces of a line longer than 16 KiB, which is what
// the Engine cuts lines into.
type framedSource struct {
	frames  frameReader
	stamped bool
	rest    frame // lines of the frame that were not given out yet
	time    time.Time
}

func (s *framedSource) next() (entry, error) {
	if len(s.rest.payload) == 0 && s.rest.dropped == 0 {
		f, err := s.frames.next()
		if err != nil {
			return entry{}, err
		}
		if s.stamped {
			s.time, f.payload = cutTime(f.payload)
		}
		s.rest = f
	}
	e := entry{stream: s.rest.stream, time: s.time}
	e.text, s.rest.payload, e.ends = bytes.Cut(s.rest.payload, []byte("\n"))
	e.text = bytes.TrimSuffix(e.text, []byte("\r"))
	if len(s.rest.payload) == 0 {
		// What a frame lost was at its end, and so was its end of line.
		e.dropped, s.rest.dropped = s.rest.dropped, 0
		e.ends = e.ends || e.dropped > 0
	}
	return e, nil
}

// pieceSize is what the Engine cuts long lines into (moby's
// daemon/logger/copier.go).
const pieceSize = 16 << 10

// rawSource: lines of a terminal. The pieces of a long line follow each other
// without a mark, each with its timestamp.
type rawSource struct {
	r       *bufio.Reader
	stamped bool
	line    []byte
}

func (s *rawSource) next() (entry, error) {
	s.line = s.line[:0]
	e := entry{stream: stack.Stdout}
	for begun := false; !e.ends; begun = true {
		at, err := s.stamp()
		if err == nil {
			err = s.piece(&e)
		}
		if !begun {
			e.time = at
		}
		if errors.Is(err, io.EOF) && (len(s.line) > 0 || begun) {
			break
		}
		if err != nil {
			return entry{}, err
		}
	}
	e.text = bytes.TrimSuffix(s.line, []byte("\r"))
	return e, nil
}

// stamp reads the timestamp of a piece, if it has one.
func (s *rawSource) stamp() (time.Time, error) {
	head, err := s.r.Peek(longestTime + 1)
	if len(head) == 0 {
		return time.Time{}, err
	}
	if !s.stamped {
		return time.Time{}, nil
	}
	at, rest := cutTime(head)
	_, err = s.r.Discard(len(head) - len(rest))
	return at, err
}

// piece reads to the end of a piece: the end of the line, or pieceSize bytes.
func (s *rawSource) piece(e *entry) error {
	for left := pieceSize; left > 0; {
		if _, err := s.r.Peek(1); err != nil {
			return err
		}
		part, err := s.r.Peek(min(left, s.r.Buffered()))
		if err != nil {
			return err
		}
		text, _, ends := bytes.Cut(part, []byte("\n"))
		room := min(len(text), keep-len(s.line))
		s.line = append(s.line, text[:room]...)
		e.dropped += int64(len(text) - room)
		e.ends = ends
		read := len(text)
		if ends {
			read, left = read+1, 0
		}
		if _, err := s.r.Discard(read); err != nil {
			return err
		}
		left -= read
	}
	return nil
}

// longestTime is a timestamp with nanoseconds and a zone, as podman writes it.
const longestTime = len("2006-01-02T15:04:05.999999999+07:00")

// cutTime takes the timestamp off that the Engine puts before each record; the
// zero time, and the whole text, when there is none.
func cutTime(p []byte) (time.Time, []byte) {
	space := bytes.IndexByte(p[:min(len(p), longestTime+1)], ' ')
	if space < 0 {
		// An empty record of some versions is its timestamp alone.
		space = len(bytes.TrimRight(p, "\r\n"))
		if space > longestTime {
			return time.Time{}, p
		}
	}
	t, err := time.Parse(time.RFC3339Nano, string(p[:space]))
	if err != nil {
		return time.Time{}, p
	}
	return t, p[min(space+1, len(p)):]
}

// joiner puts the pieces of lines together, each stream for itself.
type joiner struct {
	pending [2]struct {
		line stack.LogLine
		text []byte
		open bool
	}
}

// add takes an entry, and gives the line that it completes.
func (j *joiner) add(e entry) (stack.LogLine, bool) {
	p := &j.pending[index(e.stream)]
	if !p.open {
		p.line, p.text, p.open = stack.LogLine{Stream: e.stream, Time: e.time}, p.text[:0], true
	}
	room := min(len(e.text), keep-len(p.text))
	p.text = append(p.text, e.text[:room]...)
	p.line.Dropped += e.dropped + int64(len(e.text)-room)
	if !e.ends {
		return stack.LogLine{}, false
	}
	return j.take(e.stream), true
}

// rest gives what has no end of line, when nothing more will come.
func (j *joiner) rest() []stack.LogLine {
	var lines []stack.LogLine
	for _, s := range []stack.Stream{stack.Stdout, stack.Stderr} {
		if j.pending[index(s)].open {
			lines = append(lines, j.take(s))
		}
	}
	return lines
}

func (j *joiner) take(s stack.Stream) stack.LogLine {
	p := &j.pending[index(s)]
	p.open = false
	p.line.Text = string(p.text)
	if cap(p.text) > 2*pieceSize {
		p.text = nil // one long line must not pin its memory
	}
	return p.line
}

func index(s stack.Stream) int {
	if s == stack.Stderr {
		return 1
	}
	return 0
}
