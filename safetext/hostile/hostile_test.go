package hostile_test

import (
	"testing"

	"berth/safetext/hostile"
)

// What the terminal tells is worth something only if most strings would do it
// something when nobody stood between.
func TestTheTerminalTells(t *testing.T) {
	all, told := hostile.Strings(), 0
	for n, s := range all {
		if n%4 != 0 { // a terminal each takes its time
			continue
		}
		term := hostile.NewTerminal(80, 24)
		if _, err := term.WriteString("first\r\n" + s + "\r\nlqk"); err != nil {
			t.Fatal(err)
		}
		at := term.CursorPosition()
		if len(term.Done()) > 0 || term.Row(at.Y, 0, 80) != "lqk" || at.Y < 23 && term.Row(0, 0, 80) != "first" {
			told++
		}
		term.Close()
	}
	if told < len(all)/4/3 {
		t.Errorf("%d of %d strings do something", told, len(all)/4)
	}
}
