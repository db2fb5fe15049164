package theme

import "berth/stack"

// State is how a service's state reads: a glyph and a word that say the same,
// and a note when there is more to it.
type State struct {
	Glyph string
	Word  string // at most 10 cells
	Note  string // "Docker: starting", "exit 137: killed"
	Tone  Tone
}

// StateOf puts a service's phase, Docker's verdict and Berth's own into one
// State. Where the two verdicts differ, the word is Berth's, which is newer,
// and the note is Docker's.
func StateOf(s stack.Service) State {
	state := stateOf(s)
	if c := s.Cause; c != nil {
		state.Note = c.Short
		if c.Loop { // whichever part of it this is
			state.Glyph, state.Word, state.Tone = "↻", "restarting", Warn
		}
		if s.Phase == stack.Running && state.Tone == Working {
			state.Word, state.Tone = "failing", Warn
		}
	}
	return state
}

func stateOf(s stack.Service) State {
	switch s.Phase {
	case stack.Running:
		return running(s)
	case stack.Paused:
		return State{"‖", "paused", "", Warn}
	case stack.Restarting:
		return State{"↻", "restarting", exitNote(s), Warn}
	case stack.Created:
		if s.Error != "" {
			return State{"✕", "failed", s.Error, Bad}
		}
		return State{"◌", "created", "", Working}
	case stack.Removing:
		return State{"◌", "removing", "", Working}
	case stack.Exited:
		switch {
		case s.Error == "" && s.Stopped() && s.Cause == nil:
			return State{"○", "stopped", exitNote(s), Off}
		case s.Error == "" && s.Stopped():
			return State{"○", "stopped", exitNote(s), Warn}
		case s.Finished():
			return State{"○", "finished", "exit 0", Off}
		case s.ExitCode == 0 && s.Error == "":
			return State{"○", "exited", "exit 0", Off}
		}
		return State{"✕", "exited", exitNote(s), Bad}
	case stack.Dead:
		return State{"✕", "dead", exitNote(s), Bad}
	case stack.Absent, "":
		return State{"○", "absent", "no container", Off}
	default:
		return State{"?", string(s.Phase), "", Warn}
	}
}

// running is the state of a running service. Serving is told by the service
// itself, Health by Docker, which lags by a probe's interval.
func running(s stack.Service) State {
	docker := ""
	if s.Health != stack.NoCheck {
		docker = "Docker: " + string(s.Health)
	}
	switch s.Serving {
	case stack.ServingYes:
		switch s.Health {
		case stack.Healthy:
			return State{"●", "healthy", "", Good}
		case stack.Unhealthy:
			return State{"●", "serving", docker, Warn}
		default:
			return State{"●", "serving", docker, Good}
		}
	case stack.NotServing:
		if s.Health == stack.HealthStarting || s.Health == stack.NoCheck {
			return State{"◐", "starting", "not serving yet", Working}
		}
		if s.Health == stack.Unhealthy {
			return State{"✕", "unhealthy", "not serving", Bad}
		}
		return State{"◐", "failing", docker, Warn}
	default:
		switch s.Health {
		case stack.Healthy:
			return State{"●", "healthy", "", Good}
		case stack.Unhealthy:
			return State{"✕", "unhealthy", "", Bad}
		case stack.HealthStarting:
			return State{"◐", "starting", "", Working}
		default:
			return State{"●", "running", "", Plain}
		}
	}
}

// exitNote is why a container is not running.
func exitNote(s stack.Service) string {
	if s.Error != "" {
		return s.Error
	}
	return "exit " + stack.ExitWords(s.ExitCode, s.OOMKilled)
}
