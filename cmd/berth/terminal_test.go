package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// patience is how long a test waits for the screen to show something. Builds
// on a busy machine are slow; nothing waits that long when all is well.
const patience = 90 * time.Second

// terminal is a pseudo-terminal with berth on one end and an emulator that
// draws what it writes on the other.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	master *os.File
	slave  *os.File
	mu     sync.Mutex // of screen: vt.SafeEmulator does not guard String
	screen *vt.Emulator
	drawn  chan struct{} // something was
	before *term.State
	exited chan error
	wants  bool // the mouse's clicks, guarded by mu
}

// startTerminal runs the built binary in a terminal of the given size.
func startTerminal(t *testing.T, width, height int, dir string, env []string, args ...string) *terminal {
	t.Helper()
	return startProgram(t, binary(t), width, height, dir, env, args...)
}

// binary is the path of berth: testscript runs the command that this one is
// called by.
func binary(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	berth := filepath.Join(t.TempDir(), "berth")
	if err := os.Symlink(self, berth); err != nil {
		t.Fatal(err)
	}
	return berth
}

// startProgram runs any binary in a terminal.
func startProgram(t *testing.T, program string, width, height int, dir string, env []string, args ...string) *terminal {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{
		t: t, master: master, slave: slave, screen: vt.NewEmulator(width, height), before: before,
		drawn: make(chan struct{}, 1), exited: make(chan error, 1),
	}
	term.screen.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { term.wants = term.wants || m == ansi.ModeMouseButtonEvent },
		DisableMode: func(m ansi.Mode) { term.wants = term.wants && m != ansi.ModeMouseButtonEvent },
	})
	term.cmd = exec.Command(program, args...)
	term.cmd.Dir = dir
	term.cmd.Env = append(os.Environ(), append([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, env...)...)
	term.cmd.Stdin, term.cmd.Stdout, term.cmd.Stderr = slave, slave, slave
	term.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := term.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { term.exited <- term.cmd.Wait() }()
	go term.draw()
	// The emulator answers queries. It is not closed when the test ends: its
	// Close races with Read.
	go func() { _, _ = io.Copy(master, term.screen) }()
	t.Cleanup(func() {
		_ = term.cmd.Process.Kill() // it has ended where the test went well
		_ = slave.Close()
		_ = master.Close()
	})
	return term
}

// draw feeds what berth writes to the emulator, until the terminal is closed.
func (term *terminal) draw() {
	buf := make([]byte, 32<<10)
	for {
		n, err := term.master.Read(buf)
		if n > 0 {
			term.mu.Lock()
			_, _ = term.screen.Write(buf[:n]) // the emulator keeps no errors
			term.mu.Unlock()
			select {
			case term.drawn <- struct{}{}:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}

// shows waits until the screen contains all of the texts.
func (term *terminal) shows(texts ...string) {
	term.t.Helper()
	term.showsWithin(patience, texts...)
}

func (term *terminal) showsWithin(limit time.Duration, texts ...string) {
	term.t.Helper()
	deadline := time.After(limit)
	ended := ""
	for {
		screen := term.text()
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
		select {
		case <-term.drawn:
		case err := <-term.exited:
			term.exited <- err
			if ended == "" { // what it wrote last may still be on its way
				ended = fmt.Sprintf(", and berth ended: %v", err)
				deadline = time.After(time.Second)
			}
			runtime.Gosched()
		case <-deadline:
			term.t.Fatalf("the screen does not show %q%s:\n%s", missing, ended, screen)
		}
	}
}

// until waits until something is so.
func (term *terminal) until(otherwise string, is func() bool) {
	term.t.Helper()
	deadline := time.After(patience)
	for !is() {
		select {
		case <-term.drawn:
		case <-deadline:
			term.t.Fatalf("%s:\n%s", otherwise, term.text())
		}
	}
}

// mouse reports whether the program has the mouse.
func (term *terminal) mouse() bool {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.wants
}

func (term *terminal) text() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screen.String()
}

func (term *terminal) press(keys string) {
	term.t.Helper()
	if _, err := io.WriteString(term.master, keys); err != nil {
		term.t.Fatal(err)
	}
}

// ends waits for the process and checks that the terminal is as it was.
func (term *terminal) ends(status int) {
	term.t.Helper()
	select {
	case err := <-term.exited:
		if got := term.cmd.ProcessState.ExitCode(); got != status {
			term.t.Errorf("exit status %d (%v), want %d:\n%s", got, err, status, term.text())
		}
	case <-time.After(patience):
		term.t.Fatalf("berth does not end:\n%s", term.text())
	}
	term.restored()
}

// restored checks that the terminal is as it was.
func (term *terminal) restored() {
	term.t.Helper()
	after, err := getState(term.slave)
	if err != nil {
		term.t.Fatal(err)
	}
	if before := fmt.Sprintf("%+v", *term.before); before != after {
		term.t.Errorf("the terminal's modes were not restored:\n%s\n%s", before, after)
	}
	// What it wrote last may still be on its way to the emulator.
	left := func() (altScreen, hidden bool) {
		term.mu.Lock()
		defer term.mu.Unlock()
		return term.screen.IsAltScreen(), term.screen.CursorHidden()
	}
	deadline := time.After(patience)
	for {
		altScreen, hidden := left()
		if !altScreen && !hidden {
			return
		}
		select {
		case <-term.drawn:
		case <-deadline:
			term.t.Errorf("left as it must not be: alternate screen %v, cursor hidden %v", altScreen, hidden)
			return
		}
	}
}

func getState(f *os.File) (string, error) {
	s, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%+v", *s), nil
}
