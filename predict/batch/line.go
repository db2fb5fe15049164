package batch

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// MaxRow is how many bytes a row, or the answer to one, may have.
const MaxRow = 8 << 20

// line is one of a file, with its end.
type line struct {
	text []byte
	n    int64 // from 1
	long bool  // it goes on beyond what is kept
}

// lines reads a file line by line, and takes lines back.
type lines struct {
	r    *bufio.Reader
	back []line
	n    int64
}

func (l *lines) next() (line, error) {
	if len(l.back) > 0 {
		first := l.back[0]
		l.back = l.back[1:]
		return first, nil
	}
	one := line{n: l.n + 1}
	for {
		part, err := l.r.ReadSlice('\n')
		if room := MaxRow - len(one.text); len(part) > room {
			part, one.long = part[:room], true
		}
		one.text = append(one.text, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(one.text) > 0:
		case err != nil:
			return line{}, err
		}
		l.n++
		return one, nil
	}
}

// unread gives lines back that were read, the last ones.
func (l *lines) unread(some []line) { l.back = append(some, l.back...) }

func blank(text []byte) bool { return len(bytes.TrimSpace(text)) == 0 }
