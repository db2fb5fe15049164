package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/creack/pty"
)

// A terminal that changes its size 100 times a second ends with a screen of its
// last size.
func TestResizedAllTheTime(t *testing.T) {
	env := append(engineEnv(t), "DOCKER_HOST=unix://"+t.TempDir()+"/none.sock")
	s := startTerminal(t, 80, 24, modelService(t), env)
	s.shows("model-api")
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 300 {
		<-tick.C
		s.resize(10+rand.IntN(200), 3+rand.IntN(70))
	}
	s.resize(100, 30)
	s.shows("model-api", "? all keys")
	s.press("q")
	s.ends(0)
}

func (term *terminal) resize(width, height int) {
	term.t.Helper()
	term.mu.Lock()
	term.screen.Resize(width, height)
	term.mu.Unlock()
	if err := pty.Setsize(term.master, &pty.Winsize{Cols: uint16(width), Rows: uint16(height)}); err != nil {
		term.t.Fatal(err)
	}
}
