package tui

import (
	"bytes"
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/vt"

	"berth/stack"
	"berth/tui/feed"
	predictpane "berth/tui/pane/predict"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC // frames show the time of day
	os.Exit(m.Run())
}

// terminal is an emulator that may be written to and read at once; vt's own
// SafeEmulator leaves String without a lock.
type terminal struct {
	mu      sync.Mutex
	vt      *vt.Emulator
	written bytes.Buffer
}

func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written.Write(b)
	return t.vt.Write(b)
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.vt.String()
}

// Written is all that was written to it, escape sequences included.
func (t *terminal) Written() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written.String()
}

func (t *terminal) Resize(w, h int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.vt.Resize(w, h)
}

// screen is the real program, drawing into a terminal emulator on a fake
// clock.
type screen struct {
	t         *testing.T
	terminal  *terminal
	program   *tea.Program
	group     *feed.Group
	ended     chan error
	engine    *fakeEngine
	work      *fakeWork
	predictor *fakePredictor
}

// show runs a test's story on a screen of w × h cells. The story ends by
// itself or by a test that quits; no goroutine may outlive it.
func show(t *testing.T, w, h int, story func(s *screen), change ...func(*Options)) {
	t.Helper()
	showIn(t, colorprofile.TrueColor, w, h, story, change...)
}

// showIn is show on a terminal with other colours.
func showIn(t *testing.T, colours colorprofile.Profile, w, h int, story func(s *screen), change ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{
			t: t, terminal: &terminal{vt: vt.NewEmulator(w, h)}, ended: make(chan error, 1),
			engine: newFakeEngine(), work: &fakeWork{}, predictor: &fakePredictor{replays: make(chan predictpane.Replayed)},
		}
		if _, err := s.terminal.Write([]byte("\x1b[20h")); err != nil { // a newline returns, as on a terminal
			t.Fatal(err)
		}
		o := Options{Project: project(), Engine: s.engine, Work: s.work, Predictor: s.predictor}
		for _, f := range change {
			f(&o)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		s.group = feed.NewGroup(ctx)
		s.program = program(ctx, probed{newRoot(o, s.group)},
			tea.WithInput(nil), tea.WithOutput(s.terminal), tea.WithWindowSize(w, h),
			tea.WithColorProfile(colours), tea.WithEnvironment([]string{"TERM=xterm-256color"}),
			tea.WithoutSignalHandler())
		go func() {
			_, err := s.program.Run()
			s.ended <- err
		}()
		s.settle()
		story(s)
		s.program.Quit()
		s.over()
	})
}

// probed is a root that a test may look at: in its own goroutine, as one more
// message, since the program runs on meanwhile.
type probed struct{ *root }

func (p probed) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if look, ok := msg.(func(*root)); ok {
		look(p.root)
		return p, nil
	}
	_, cmd := p.root.Update(msg)
	return p, cmd
}

// look has f done with the root and waits for it.
func (s *screen) look(f func(*root)) {
	s.t.Helper()
	done := make(chan struct{})
	s.program.Send(func(r *root) { defer close(done); f(r) })
	synctest.Wait()
	select {
	case <-done:
	default:
		s.t.Fatal("the program has ended")
	}
}

// view is what the root asks of the terminal.
func (s *screen) view() (v tea.View) {
	s.look(func(r *root) { v = r.View() })
	return v
}

// settle lets a frame's worth of time and more pass.
func (s *screen) settle() { s.wait(200 * time.Millisecond) }

func (s *screen) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// over asserts that the program has ended, and everything it began with it.
func (s *screen) over() {
	s.t.Helper()
	s.settle()
	select {
	case err := <-s.ended:
		if err != nil {
			s.t.Errorf("the program ended with %v", err)
		}
		s.ended <- nil
	default:
		s.t.Fatal("the program still runs")
	}
	if !s.group.Close(time.Second) {
		s.t.Error("something outlives the screen")
	}
	s.wait(watchAgain) // timers of Bubble Tea's own, which it does not stop
}

// text is what the terminal shows.
func (s *screen) text() string {
	lines := strings.Split(s.terminal.String(), "\n")
	for n, l := range lines {
		lines[n] = strings.TrimRight(l, " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// sees asserts that the terminal shows each text.
func (s *screen) sees(texts ...string) {
	s.t.Helper()
	now := s.text()
	for _, text := range texts {
		if !strings.Contains(now, text) {
			s.t.Errorf("%q is not on the screen:\n%s", text, now)
		}
	}
}

func (s *screen) lacks(text string) {
	s.t.Helper()
	if now := s.text(); strings.Contains(now, text) {
		s.t.Errorf("%q is on the screen:\n%s", text, now)
	}
}

// up makes the Engine answer with the template's services.
func (s *screen) up(services ...stack.Service) {
	if len(services) == 0 {
		services = []stack.Service{api(), metrics()}
	}
	s.engine.snapshots <- snapshot(services...)
	s.settle()
}

var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab},
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown}, "backspace": {Code: tea.KeyBackspace},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+s": {Code: 's', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+v": {Code: 'v', Mod: tea.ModCtrl},
	"ctrl+t": {Code: 't', Mod: tea.ModCtrl}, "ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+p": {Code: 'p', Mod: tea.ModCtrl}, "space": {Code: tea.KeySpace, Text: " "},
	"ctrl+k": {Code: 'k', Mod: tea.ModCtrl}, "ctrl+o": {Code: 'o', Mod: tea.ModCtrl},
	"ctrl+l": {Code: 'l', Mod: tea.ModCtrl}, "ctrl+z": {Code: 'z', Mod: tea.ModCtrl}, "ctrl+y": {Code: 'y', Mod: tea.ModCtrl},
	"ctrl+d": {Code: 'd', Mod: tea.ModCtrl}, "ctrl+end": {Code: tea.KeyEnd, Mod: tea.ModCtrl},
}

// press sends keys by name.
func (s *screen) press(keys ...string) {
	for _, k := range keys {
		msg, ok := named[k]
		if !ok {
			msg = tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		}
		s.program.Send(msg)
		s.settle()
	}
}

// typed presses a key for each letter.
func (s *screen) typed(text string) {
	for _, r := range text {
		key := string(r)
		if r == ' ' {
			key = "space"
		}
		s.press(key)
	}
}

func (s *screen) click(x, y int) {
	s.program.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	s.settle()
}

func (s *screen) turn(x, y int, button tea.MouseButton) {
	s.program.Send(tea.MouseWheelMsg{X: x, Y: y, Button: button})
	s.settle()
}

// quitAnyway leaves, whatever is open or running.
func (s *screen) quitAnyway() { s.press("ctrl+c", "ctrl+c") }
