package list

import "testing"

func TestTheCursorStaysInSight(t *testing.T) {
	var c Cursor
	from, to, told := c.Window(100, 10, false)
	if from != 0 || to != 9 || !told {
		t.Errorf("rows %d to %d are seen, told %v; want 0 to 9 and a line that says so", from, to, told)
	}
	c.ScrollDown(9)
	if from, to, _ = c.Window(100, 10, false); from != 1 || to != 10 || c.At != 9 {
		t.Errorf("at %d rows %d to %d are seen", c.At, from, to)
	}
	c.Bottom()
	if from, to, _ = c.Window(100, 10, false); from != 91 || to != 100 || c.At != 99 {
		t.Errorf("at %d rows %d to %d are seen", c.At, from, to)
	}
	c.ScrollUp(200)
	if from, to, _ = c.Window(100, 10, false); from != 0 || to != 9 || c.At != 0 {
		t.Errorf("at %d rows %d to %d are seen", c.At, from, to)
	}
}

func TestAShorterListTakesTheCursorAlong(t *testing.T) {
	var c Cursor
	c.Window(100, 10, false)
	c.Bottom()
	if from, to, told := c.Window(3, 10, false); from != 0 || to != 3 || told || c.At != 2 {
		t.Errorf("at %d rows %d to %d are seen, told %v", c.At, from, to, told)
	}
	if from, to, told := c.Window(0, 10, false); from != 0 || to != 0 || told || c.At != 0 {
		t.Errorf("of nothing, at %d rows %d to %d are seen, told %v", c.At, from, to, told)
	}
	if _, _, told := c.Window(3, 10, true); !told {
		t.Error("that there are more is not told")
	}
}
