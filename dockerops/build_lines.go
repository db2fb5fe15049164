package dockerops

import "bytes"

// maxLine bounds the memory that output without an end of line takes. What is
// longer goes on as a line of its own; nothing is lost.
const maxLine = 64 << 10

// lines joins a stream that arrives in arbitrary pieces into whole lines.
type lines struct{ partial []byte }

// add takes the next piece and returns the lines that it completes.
func (l *lines) add(piece []byte) []string {
	var out []string
	for len(piece) > 0 {
		end := bytes.IndexByte(piece, '\n')
		take := piece
		if end >= 0 {
			take = piece[:end]
		}
		if room := maxLine - len(l.partial); len(take) > room {
			out = append(out, string(append(l.partial, take[:room]...)))
			l.partial, piece = nil, piece[room:]
			continue
		}
		l.partial = append(l.partial, take...)
		if end < 0 {
			break
		}
		out = append(out, string(bytes.TrimSuffix(l.partial, []byte{'\r'})))
		l.partial, piece = nil, piece[end+1:]
	}
	return out
}

// flush returns what was printed without an end of line.
func (l *lines) flush() []string {
	if len(l.partial) == 0 {
		return nil
	}
	rest := string(l.partial)
	l.partial = nil
	return []string{rest}
}
