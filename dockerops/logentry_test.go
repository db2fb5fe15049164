package dockerops

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

func TestCutTime(t *testing.T) {
	for text, want := range map[string]struct{ time, rest string }{
		"2026-01-01T12:00:00.123456789Z hello":      {"2026-01-01T12:00:00.123456789Z", "hello"},
		"2026-01-01T12:00:00+02:00 podman's":        {"2026-01-01T12:00:00+02:00", "podman's"},
		"2026-01-01T12:00:00.123456789Z ":           {"2026-01-01T12:00:00.123456789Z", ""},
		"2026-01-01T12:00:00.123456789Z":            {"2026-01-01T12:00:00.123456789Z", ""},
		"no time at all":                            {"0001-01-01T00:00:00Z", "no time at all"},
		"":                                          {"0001-01-01T00:00:00Z", ""},
		"averyveryveryverylongwordwithoutanyspaces": {"0001-01-01T00:00:00Z", "averyveryveryverylongwordwithoutanyspaces"},
	} {
		at, rest := cutTime([]byte(text))
		if at.Format(time.RFC3339Nano) != want.time || string(rest) != want.rest {
			t.Errorf("%q: %s, %q", text, at.Format(time.RFC3339Nano), rest)
		}
	}
}

// Whatever bytes come, reading ends, memory is bounded, and no payload byte
// goes uncounted.
func FuzzEntries(f *testing.F) {
	f.Add(false, append(frameOf(frameStdout, "2026-01-01T00:00:00Z one\n"), frameOf(frameStderr, "two")...))
	f.Add(false, []byte{1, 0, 0, 0, 255, 255, 255, 255, 'x'})
	f.Add(false, frameOf(7, "no such stream"))
	f.Add(true, []byte("2026-01-01T00:00:00Z one\r\ntwo\r"))
	f.Add(true, bytes.Repeat([]byte("0123456789"), 4000))
	f.Fuzz(func(t *testing.T, tty bool, raw []byte) {
		source := newEntrySource(bytes.NewReader(raw), tty, true)
		var lines joiner
		var counted int64
		for {
			e, err := source.next()
			if err != nil {
				if tty && !errors.Is(err, io.EOF) {
					t.Errorf("a terminal's log has no form to violate: %v", err)
				}
				break
			}
			if l, done := lines.add(e); done {
				counted += int64(len(l.Text)) + l.Dropped
			}
		}
		for _, l := range lines.rest() {
			counted += int64(len(l.Text)) + l.Dropped
		}
		if counted > int64(len(raw)) {
			t.Errorf("%d bytes came out of %d", counted, len(raw))
		}
	})
}
