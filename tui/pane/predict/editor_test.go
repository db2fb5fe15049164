package predict

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/tui/theme"
)

func typed(e *editor, keys ...tea.KeyPressMsg) {
	for _, k := range keys {
		e.update(k)
	}
}

func letters(s string) (keys []tea.KeyPressMsg) {
	for _, r := range s {
		keys = append(keys, tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return keys
}

func TestEveryChangeCanBeUndoneAndDoneAgain(t *testing.T) {
	e := newEditor()
	e.resize(40, 10)
	e.area.Focus()
	e.swap(draft{kept: state{text: "one\ntwo\nthree"}})
	e.area.Focus()
	texts := []string{e.text()}
	seen := func() { texts = append(texts, e.text()) }
	e.area.CursorDown()
	typed(&e, letters("ab")...)
	seen()
	typed(&e, tea.KeyPressMsg{Code: tea.KeyEnter})
	seen()
	e.update(tea.PasteMsg{Content: "x\nyé 你好\nz"})
	seen()
	typed(&e, tea.KeyPressMsg{Code: tea.KeyBackspace})
	seen()
	if !e.replace("another") {
		t.Error("a short text is not taken")
	}
	seen()
	for n := len(texts) - 2; n >= 0; n-- {
		if e.undo(); e.text() != texts[n] {
			t.Fatalf("undone to %q, want %q", e.text(), texts[n])
		}
	}
	if e.undo(); e.text() != texts[0] {
		t.Errorf("undoing more than there is leaves %q", e.text())
	}
	if line, column := e.area.Line(), e.area.Column(); line != 1 || column != 0 {
		t.Errorf("the cursor is at %d:%d, not where the first change was", line, column)
	}
	for n := 1; n < len(texts); n++ {
		if e.redo(); e.text() != texts[n] {
			t.Fatalf("done again it is %q, want %q", e.text(), texts[n])
		}
	}
	e.undo()
	typed(&e, letters("new")...)
	was := e.text()
	if e.redo(); e.text() != was {
		t.Error("what was undone comes back after another change")
	}
}

// What is typed is undone by words, and by what a pause sets apart.
func TestTypingIsUndoneByWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newEditor()
		e.resize(40, 10)
		e.area.Focus()
		typed(&e, letters("tenure:ye")...)
		time.Sleep(2 * pause) // which costs nothing here
		typed(&e, letters("ar 12")...)
		for _, want := range []string{"tenure:year ", "tenure:year", "tenure:ye", "tenure:", "tenure", ""} {
			if e.undo(); e.text() != want {
				t.Fatalf("undone to %q, want %q", e.text(), want)
			}
		}
	})
}

func TestATextTooLongToEditIsNotTakenInPart(t *testing.T) {
	e := newEditor()
	e.resize(40, 10)
	e.replace("short")
	if e.replace(strings.Repeat("line\n", editLines+1)) {
		t.Error("it is said to be taken")
	}
	if e.text() != "short" {
		t.Errorf("the text is now %.20q", e.text())
	}
}

func TestACutTextSaysHowMuchIsNotSeen(t *testing.T) {
	e := newEditor()
	e.restyle(theme.New(true))
	e.replace(strings.TrimSuffix(strings.Repeat("line\n", 30), "\n"))
	last := func(h int) string {
		e.resize(40, h)
		v := e.view(theme.New(true), nil)
		if len(v) > h {
			t.Errorf("%d lines in %d", len(v), h)
		}
		return v[len(v)-1]
	}
	if got := last(10); !strings.Contains(got, "… 21 more lines") {
		t.Errorf("at the top: %q", got)
	}
	for range 15 {
		e.area.CursorDown()
	}
	if got := last(10); !strings.Contains(got, "… 7 lines above, 14 below") {
		t.Errorf("in the middle: %q", got)
	}
	e.area.MoveToEnd()
	if got := last(10); !strings.Contains(got, "… 21 lines above") {
		t.Errorf("at the end: %q", got)
	}
	if got := last(30); strings.Contains(got, "…") || !strings.Contains(got, "30") {
		t.Errorf("with room for all: %q", got)
	}
}

func TestAPasteIsTakenWholeOrNotAtAll(t *testing.T) {
	const text = "{\n}"
	e := newEditor()
	e.resize(40, 10)
	e.swap(draft{kept: state{text: text, at: 1}})
	e.area.Focus()
	for _, long := range []string{strings.Repeat("line\n", editLines+1), strings.Repeat("x", 40*(editLines+1))} {
		if e.insert(long) || e.text() != text || e.state().at != 1 {
			t.Errorf("of %d bytes pasted, %d are there", len(long), len(e.text())-len(text))
		}
	}
	if e.undo(); e.text() != text {
		t.Errorf("a paste that was refused is undone to %q", e.text())
	}
	if !e.insert("\"a\":\t\"\u202e\x1b\"\r\"b\"\r\n") {
		t.Error("a short paste is not taken")
	}
	if want := "{\"a\":  \"\\u202e\\u001b\"\n\"b\"\n\n}"; e.text() != want {
		t.Errorf("%q, want %q", e.text(), want)
	}
	if e.undo(); e.text() != text {
		t.Errorf("undone to %q", e.text())
	}
}
