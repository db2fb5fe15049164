package dockerops

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"berth/stack"
)

// The Engine sends standard output and error of a container without a terminal
// as frames: one byte says which stream, three are zero, four are the payload's
// length (api/types/container, "stream format" of ContainerAttach).
const (
	frameHeader = 8
	frameStdin  = 0 // sent as standard output
	frameStdout = 1
	frameStderr = 2
	frameError  = 3 // the Engine's own words on why it cannot go on
)

// keep is how many bytes of one frame or line are kept; what is beyond is
// counted, not stored.
const keep = 1 << 20

// frame is one piece of output.
type frame struct {
	stream  stack.Stream
	payload []byte // valid until the next one is read
	dropped int64
}

// frameReader takes a multiplexed stream apart. Memory is bounded by keep,
// whatever length a header claims.
type frameReader struct {
	r   io.Reader
	buf bytes.Buffer
}

// next is io.EOF between frames and io.ErrUnexpectedEOF within one.
func (f *frameReader) next() (frame, error) {
	var h [frameHeader]byte
	if _, err := io.ReadFull(f.r, h[:]); err != nil {
		return frame{}, err
	}
	size := int64(binary.BigEndian.Uint32(h[4:]))
	if h[0] > frameError || h[1] != 0 || h[2] != 0 || h[3] != 0 {
		return frame{}, fmt.Errorf("malformed frame: % x", h)
	}
	f.buf.Reset()
	kept := min(size, keep)
	if _, err := io.CopyN(&f.buf, f.r, kept); err != nil {
		return frame{}, unexpected(err)
	}
	if _, err := io.CopyN(io.Discard, f.r, size-kept); err != nil {
		return frame{}, unexpected(err)
	}
	out := frame{stream: stack.Stdout, payload: f.buf.Bytes(), dropped: size - kept}
	switch h[0] {
	case frameStderr:
		out.stream = stack.Stderr
	case frameError:
		return frame{}, errors.New(strings.TrimSpace(f.buf.String()))
	}
	return out, nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
