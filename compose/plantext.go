package compose

import (
	"fmt"
	"strings"
)

// signs show at a glance whether a step adds, changes or takes away.
var signs = map[Kind]string{
	CreateNetwork:     "+",
	RemoveNetwork:     "-",
	CreateVolume:      "+",
	RemoveVolume:      "-",
	CreateContainer:   "+",
	RecreateContainer: "~",
	StartContainer:    ">",
	StopContainer:     ".",
	RestartContainer:  "~",
	RemoveContainer:   "-",
	WaitDependency:    ":",
}

// String is the plan as a person reads it: what is built or pulled first, one
// line a step with its cause, then what stays and what else there is to know.
func (p Plan) String() string {
	var b strings.Builder
	for _, text := range p.Pending {
		fmt.Fprintf(&b, "first   %s\n", text)
	}
	p.writeSteps(&b)
	var stay []string
	for _, r := range p.Unchanged {
		stay = append(stay, r.String())
	}
	switch {
	case p.Empty() && len(p.Pending) == 0 && len(stay) > 0:
		fmt.Fprintf(&b, "nothing to do: %s %s as %s\n", list(stay), are(stay, "stays", "stay"), are(stay, "it is", "they are"))
	case p.Empty() && len(p.Pending) == 0:
		b.WriteString("nothing to do\n")
	case len(stay) > 0:
		fmt.Fprintf(&b, "stays   %s\n", strings.Join(stay, ", "))
	}
	for _, text := range p.Notes {
		fmt.Fprintf(&b, "note    %s\n", text)
	}
	return b.String()
}

func (p Plan) writeSteps(b *strings.Builder) {
	kinds, names := 0, 0
	for _, s := range p.Steps {
		kinds, names = max(kinds, len([]rune(s.Kind))), max(names, len([]rune(s.Name)))
	}
	for _, s := range p.Steps {
		line := fmt.Sprintf("%s %-*s  %-*s  %s", signs[s.Kind], kinds, s.Kind, names, s.Name, s.because())
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// because is the cause, for a wait with what is waited for.
func (s Step) because() string {
	until := map[Condition]string{
		ServiceStarted:   "until it runs",
		ServiceHealthy:   "until it is healthy",
		ServiceCompleted: "until it has succeeded",
	}[s.Until]
	if until == "" {
		return s.Cause
	}
	if s.Optional {
		until += ", or go on without it"
	}
	return until + "; " + s.Cause
}
