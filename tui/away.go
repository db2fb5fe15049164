package tui

import (
	"runtime"
	"strings"

	"berth/stack"
	"berth/tui/theme"
)

// howToStart is what to do about an Engine that does not answer, on a platform
// and by what it was tried with.
func howToStart(e stack.Engine, why, platform string) []string {
	local := strings.HasPrefix(e.Endpoint, "unix://") || strings.HasPrefix(e.Endpoint, "npipe://") || e.Endpoint == ""
	switch {
	case strings.Contains(why, "permission denied"):
		return []string{"It is there, but your user may not use it. As root, and then log in again:", "", "  usermod -aG docker YOUR-NAME"}
	case !local:
		return []string{
			"It is looked for at " + oneWord(e.Endpoint) + " (" + oneWord(e.Context) + ").", "",
			"Is that machine up, and is its Engine? `docker context ls` lists the others; berth -c NAME takes one.",
		}
	case platform == "darwin":
		return []string{"Start it:", "", "  open -a Docker        Docker Desktop", "  colima start          colima"}
	case platform == "windows":
		return []string{"Start Docker Desktop."}
	default:
		return []string{"Start it:", "", "  sudo systemctl start docker", "  sudo service docker start     without systemd"}
	}
}

// engineAway fills a pane while nothing is known, because the Engine has not
// answered yet.
func (r *root) engineAway(w, h int) string {
	lines := []string{"The Docker Engine cannot be reached.", ""}
	for _, l := range howToStart(r.snapshot.Engine, r.snapshot.Down, runtime.GOOS) {
		lines = append(lines, theme.Wrap(l, w)...)
	}
	lines = append(lines, "", r.theme.Muted.Render("Berth goes on by itself as soon as it answers."))
	return theme.Block(lines, w, h)
}
