package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// wheelPause is the shortest time between two turns of the wheel that count. A
// touchpad sends hundreds a second, and keys would queue up behind them.
const wheelPause = 15 * time.Millisecond

// calmWheel leaves out turns of the wheel that come faster than that.
func calmWheel() func(tea.Model, tea.Msg) tea.Msg {
	var last time.Time
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		if _, ok := msg.(tea.MouseWheelMsg); ok {
			now := time.Now()
			if now.Sub(last) < wheelPause {
				return nil
			}
			last = now
		}
		return msg
	}
}
