package tui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"berth/tui/dialog"
	"berth/tui/theme"
)

// Beginning is how somebody without a project wants to begin.
type Beginning int

// The beginnings.
const (
	Leave Beginning = iota
	WriteProject
	OpenDemo
)

// Welcome asks, in a folder without a compose file, how to begin.
func Welcome(ctx context.Context, dir string, s Settings) (Beginning, error) {
	w := newWelcome(dir, s)
	_, err := tea.NewProgram(w, tea.WithContext(ctx)).Run()
	if ctx.Err() != nil {
		return Leave, ctx.Err()
	}
	return w.chosen, err
}

// welcome is the screen that asks.
type welcome struct {
	settings Settings
	w, h     int
	light    bool
	profile  colorprofile.Profile
	dialogs  dialog.Stack
	at       Rect
	chosen   Beginning
}

func newWelcome(dir string, s Settings) *welcome {
	w := &welcome{settings: s, profile: colorprofile.TrueColor}
	w.dialogs.Push(dialog.Box{
		Title: "Welcome to Berth",
		Tone:  theme.Plain,
		Lines: []string{
			"There is no compose file in " + oneWord(dir) + " or above.", "",
			"Berth can write a complete model service here: FastAPI, scikit-learn, a trained model, a Dockerfile, " +
				"docker-compose.yml and Prometheus. It overwrites nothing.",
			"", "Or it opens the same as a demo, in a folder of its own: built, up and serving.",
		},
		Buttons: []dialog.Button{
			{Label: "Write it here", Key: "i", Action: WriteProject},
			{Label: "Demo", Key: "d", Action: OpenDemo},
			{Label: "Quit", Key: "q", Action: Leave},
		},
		Interrupt: Leave,
	})
	return w
}

// Init asks the terminal for its background.
func (w *welcome) Init() tea.Cmd { return tea.RequestBackgroundColor }

// Update takes the answer.
func (w *welcome) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var answer dialog.Action
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		w.w, w.h = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		w.light = !msg.IsDark()
	case tea.ColorProfileMsg:
		w.profile = msg.Profile
	case tea.KeyPressMsg:
		if answer = w.dialogs.Key(msg); msg.String() == "ctrl+c" {
			answer = Leave
		}
	case tea.MouseClickMsg:
		answer = w.dialogs.Click(msg.X-w.at.X, msg.Y-w.at.Y)
	}
	if b, answered := answer.(Beginning); answered {
		w.chosen = b
	} else if w.dialogs.Open() {
		return w, nil
	}
	return w, tea.Quit // what comes after the answer, as a late reply of the terminal, changes nothing
}

// View draws the question in the middle of the screen.
func (w *welcome) View() tea.View {
	screen := ""
	if top := w.dialogs.Top(); top != nil && w.w > 0 && w.h > 0 {
		box := top.View(w.settings.Theme.Theme(!w.light, w.profile), w.w, w.h)
		bw, bh := lipgloss.Size(box)
		w.at = Rect{max(0, (w.w-bw)/2), max(0, (w.h-bh)/2), bw, bh}
		screen = strings.Repeat("\n", w.at.Y) + lipgloss.NewStyle().MarginLeft(w.at.X).Render(box)
	}
	if w.settings.ASCII {
		screen = theme.ASCII(screen)
	}
	v := tea.NewView(screen)
	v.AltScreen, v.MouseMode, v.WindowTitle = true, tea.MouseModeCellMotion, "berth"
	return v
}
