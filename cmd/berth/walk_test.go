package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// at waits until the screen shows a text and gives the cell that it begins at,
// counted from 1 as a terminal does.
func (term *terminal) at(text string) (x, y int) {
	term.t.Helper()
	term.shows(text)
	for y, line := range strings.Split(term.text(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return ansi.StringWidth(before) + 1, y + 1
		}
	}
	term.t.Fatalf("%q has left the screen:\n%s", text, term.text())
	return 0, 0
}

// click presses and releases the left button on a text.
func (term *terminal) click(text string) {
	term.t.Helper()
	x, y := term.at(text)
	term.press(fmt.Sprintf("\x1b[<0;%d;%dM\x1b[<0;%d;%dm", x, y, x, y))
}

// wheel turns the wheel over a text, a notch up.
func (term *terminal) wheel(text string) {
	term.t.Helper()
	x, y := term.at(text)
	term.press(fmt.Sprintf("\x1b[<64;%d;%dM", x, y))
}

// lacks waits until the screen does not contain a text.
func (term *terminal) lacks(text string) {
	term.t.Helper()
	term.until("the screen still shows "+text, func() bool { return !strings.Contains(term.text(), text) })
}

// Every pane is reached, and what is in it used, with keys and with the mouse.
func TestDashboardIsWalked(t *testing.T) {
	dir := modelService(t)
	file := filepath.Join(dir, "docker-compose.yml")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	idle := "  idle:\n    image: ${BUSYBOX}\n    command: [\"sh\", \"-c\", \"for n in $$(seq 200); do echo line $$n.; done; exec sleep 1000\"]\n    init: true\n"
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), "services:\n", "services:\n"+idle, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startTerminal(t, 120, 36, dir, engineEnv(t))
	s.shows("model-api", "idle", "0 of 2 serving")
	s.press("u")
	s.shows("2 of 2 serving", "is up")

	// The mouse: rows, tabs, focus, wheel.
	s.click("1 Logs")
	s.click("● idle")
	s.shows("▌● idle", "line 200.", "following")
	s.wheel("line 199.")
	s.shows("paused")
	s.lacks("line 200.")
	s.click("● model-api")
	s.shows("httpd started")
	s.click("2 Health")
	s.shows("wget -q -O - http://localhost:8000/health", "━━━━━━━━")
	s.click("3 Build")
	s.shows("exporting to image")
	s.click("4 Predict")
	s.shows("/cgi-bin/predict", `"tenure": 3`)
	s.click(`"tenure": 3`) // the pane has the focus, and enter sends
	s.press("\r")
	s.shows("200", "0.73")

	// Buttons of a dialog, and a click beside the palette.
	s.press("D")
	s.shows("remove container")
	s.click("Cancel")
	s.lacks("remove container")
	s.press(":")
	s.shows("▌ Work")
	s.press("wrap")
	s.click("▌ Logs      wrap")
	s.lacks("Commands")
	s.press(":")
	s.shows("Commands")
	s.press("\x1b[<0;2;34M")
	s.lacks("Commands")

	// The key that leaves the mouse to the terminal.
	s.press("\x14")
	s.shows("ctrl+t takes the mouse back")
	s.until("the mouse is still Berth's", func() bool { return !s.mouse() })
	s.press("\x14")
	s.until("the mouse is not Berth's again", s.mouse)

	// The same with keys.
	s.press("1")
	s.shows("httpd started")
	s.press("\t/idle\r")                      // to the list, and to a service by typing
	s.shows("▌● idle", "line 197.", "paused") // as it was left
	for _, pane := range []struct{ key, shows string }{{"2", "no health check"}, {"3", "exporting to image"}, {"4", "idle"}, {"1", "line 197."}} {
		s.press(pane.key)
		s.shows(pane.shows)
	}
	s.press("z")
	s.lacks("2 of 2 serving")
	s.press("\x1b")
	s.shows("2 of 2 serving")
	s.press("?")
	s.shows("Keys", "/ search")
	s.press("\x1b")
	s.lacks("/ search")

	s.press("D")
	s.shows("remove container")
	s.click("Down")
	s.shows("0 of 2 serving", "is down")
	s.press("q")
	s.ends(0)
}
