package logs

import (
	"strconv"

	"berth/logbook"
)

// Keep is how the pane is to be found again in a later run.
func (p *Pane) Keep() map[string]string {
	return map[string]string{
		"merged": strconv.FormatBool(p.merged),
		"wrap":   strconv.FormatBool(p.settings.Wrap),
		"times":  strconv.Itoa(int(p.settings.Times)),
		"filter": p.filtered,
		"level":  p.least.String(),
		"health": strconv.FormatBool(!p.noHealth),
	}
}

// Recall makes the pane as it was kept; what is not understood is as usual.
func (p *Pane) Recall(kept map[string]string) {
	p.merged = kept["merged"] == "true"
	p.settings.Wrap = kept["wrap"] == "true"
	if n, err := strconv.Atoi(kept["times"]); err == nil && n >= int(NoTimes) && n <= int(Ages) {
		p.settings.Times = Times(n)
	}
	// The footer says what is filtered, and which key shows every line.
	_ = p.setFilter(kept["filter"]) // of another version, perhaps
	p.least, _ = logbook.ParseLevel(kept["level"])
	p.noHealth = kept["health"] == "false"
}

// Moves reports whether the pane changes as time goes by: ages do.
func (p *Pane) Moves() bool { return p.settings.Times == Ages }
