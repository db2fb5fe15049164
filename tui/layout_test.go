package tui

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"
)

// parts is every rectangle with the letter that draws it.
func (l Layout) parts() map[rune]Rect {
	return map[rune]Rect{
		'H': l.Header, '=': l.Top, 'S': l.Services, '|': l.Divider, 'T': l.Tabs,
		'P': l.Pane, ':': l.Split, 'B': l.Beside, '-': l.Bottom, 's': l.Status, '?': l.Help,
	}
}

// draw is the layout as letters; parts that overlap or leave the screen fail.
func draw(t *testing.T, w, h int, zoom, split bool) string {
	t.Helper()
	grid := make([][]rune, h)
	for y := range grid {
		grid[y] = []rune(strings.Repeat(".", w))
	}
	for letter, r := range arrange(w, h, zoom, split).parts() {
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				if x < 0 || y < 0 || x >= w || y >= h {
					t.Fatalf("%c leaves the screen of %d×%d: %+v", letter, w, h, r)
				}
				if grid[y][x] != '.' {
					t.Fatalf("%c lies on %c at %d,%d of %d×%d", letter, grid[y][x], x, y, w, h)
				}
				grid[y][x] = letter
			}
		}
	}
	lines := make([]string, h)
	for y, row := range grid {
		lines[y] = string(row)
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestLayoutIsPinned(t *testing.T) {
	for _, size := range [][2]int{{60, 15}, {80, 24}, {100, 30}, {120, 36}, {160, 45}, {200, 60}} {
		for form, f := range map[string]struct{ zoom, split bool }{"": {}, "-zoom": {zoom: true}, "-split": {split: true}} {
			t.Run(fmt.Sprintf("%dx%d%s", size[0], size[1], form), func(t *testing.T) {
				golden.RequireEqual(t, draw(t, size[0], size[1], f.zoom, f.split))
			})
		}
	}
}

func TestEverySizeIsDivided(t *testing.T) {
	for w := 1; w < 220; w += 3 {
		for h := 1; h < 70; h += 2 {
			for _, f := range []struct{ zoom, split bool }{{}, {zoom: true}, {split: true}, {zoom: true, split: true}} {
				draw(t, w, h, f.zoom, f.split)
				l := arrange(w, h, f.zoom, f.split)
				if two := f.split && !f.zoom && w >= splitFrom && l.Form != Tiny; two != (l.Beside.W > 0) || two && l.Beside.W < 56 {
					t.Fatalf("%d×%d leaves a second pane %d columns", w, h, l.Beside.W)
				}
				if (l.Form == Tiny) != (w < leastWidth || h < leastHeight) {
					t.Fatalf("%d×%d is of form %d", w, h, l.Form)
				}
				if l.Form != Tiny && (l.Pane.W < 56 || l.Pane.H < 7) {
					t.Fatalf("%d×%d leaves the pane %d×%d", w, h, l.Pane.W, l.Pane.H)
				}
			}
		}
	}
}
