package hostile

import (
	"fmt"
	"image/color"
	"io"
	"strings"
	"sync"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Terminal is an emulator that remembers what was done to it beside writing in
// its cells: title, modes, answers that it gave, sequences that it does not
// know.
type Terminal struct {
	*vt.Emulator
	mu   sync.Mutex
	done []string
}

// NewTerminal makes one of w × h cells. Close ends it.
func NewTerminal(w, h int) *Terminal {
	t := &Terminal{Emulator: vt.NewEmulator(w, h)}
	t.SetScrollbackSize(0)
	t.SetLogger(t)
	note := func(what string) func(string) { return func(s string) { t.note(what + " " + s) } }
	t.SetCallbacks(vt.Callbacks{
		Bell:             func() { t.note("bell") },
		Title:            note("title"),
		IconName:         note("icon"),
		WorkingDirectory: note("folder"),
		AltScreen:        func(on bool) { t.note(fmt.Sprint("other screen ", on)) },
		CursorVisibility: func(on bool) { t.note(fmt.Sprint("cursor ", on)) },
		CursorStyle:      func(s vt.CursorStyle, blink bool) { t.note(fmt.Sprint("cursor's style ", s, blink)) },
		CursorColor:      func(color.Color) { t.note("cursor's colour") },
		BackgroundColor:  func(color.Color) { t.note("background") },
		ForegroundColor:  func(color.Color) { t.note("foreground") },
		EnableMode:       func(m ansi.Mode) { t.note(fmt.Sprint("mode set ", m)) },
		DisableMode:      func(m ansi.Mode) { t.note(fmt.Sprint("mode reset ", m)) },
	})
	go func() {
		buf := make([]byte, 256)
		for {
			n, err := t.Read(buf)
			if n > 0 {
				t.note(fmt.Sprintf("answer %q", buf[:n]))
			}
			if err != nil {
				return // closed
			}
		}
	}()
	return t
}

// Printf takes the emulator's log: of what it does not know.
func (t *Terminal) Printf(format string, args ...any) {
	if strings.HasPrefix(format, "unhandled") {
		t.note(fmt.Sprintf(format, args...))
	}
}

func (t *Terminal) note(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = append(t.done, what)
}

// Done is what was done to it since the last time.
func (t *Terminal) Done() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	done := t.done
	t.done = nil
	return done
}

// Close ends it. What it was about to answer was noted: to answer it waits for
// its reader.
func (t *Terminal) Close() { _ = t.InputPipe().(io.Closer).Close() }

// Row is a row of cells: their text, and "!" behind each that has a style or a
// link.
func (t *Terminal) Row(y, from, to int) string {
	var b strings.Builder
	for x := from; x < to; x++ {
		c := t.CellAt(x, y)
		if c == nil {
			b.WriteByte(' ')
			continue
		}
		b.WriteString(c.Content)
		if !c.Style.IsZero() || c.Link != (uv.Link{}) {
			b.WriteByte('!')
		}
	}
	return strings.TrimRight(b.String(), " ")
}
