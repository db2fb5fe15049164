package stack

import (
	"slices"
	"strings"
)

// TemporaryName is what the replacement of a container is called until it takes
// that one's place and name: docker compose's form.
func TemporaryName(originalID, name string) string { return ShortID(originalID) + "_" + name }

// IsTemporaryName reports whether a container has the name of a replacement
// that has not taken its place: being made right now, or left by a recreation
// that was cut short.
func IsTemporaryName(name string) bool {
	id, rest, ok := strings.Cut(name, "_")
	return ok && rest != "" && len(id) == shortID && strings.Trim(id, "0123456789abcdef") == ""
}

// Actors are the containers that play their roles now, one for each role, in
// the order in which they were given. A replacement is none while the original
// is there; alone it is what is left of the service, and is shown. A one-off
// run plays a role of its own.
func Actors(all []Service) []Service {
	actors := make([]Service, 0, len(all))
	for _, s := range all {
		i := slices.IndexFunc(actors, func(a Service) bool { return a.Ref == s.Ref })
		switch {
		case i < 0:
			actors = append(actors, s)
		case s.goesBefore(actors[i]):
			actors[i] = s
		}
	}
	return actors
}

// goesBefore reports whether s rather than o plays the role that both claim:
// the one that is in its place, then the one that runs, then the one that has
// run, then the newest.
func (s Service) goesBefore(o Service) bool {
	rank := func(s Service) int {
		rank := 0
		switch s.Phase {
		case Running, Paused, Restarting:
			rank = 3
		case Exited, Dead:
			rank = 2
		case Created:
			rank = 1
		case Removing, Absent:
			return -1 // as good as gone, whatever its name
		}
		if !IsTemporaryName(s.Container) {
			rank += 4
		}
		return rank
	}
	if a, b := rank(s), rank(o); a != b {
		return a > b
	}
	return s.CreatedAt.After(o.CreatedAt)
}
