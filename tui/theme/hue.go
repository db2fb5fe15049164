package theme

import (
	"hash/fnv"
	"maps"
	"slices"

	"charm.land/lipgloss/v2"
)

// Hues is how many colours there are to tell services apart. More would no
// longer differ for every eye; their names always do.
const Hues = 6

// Hue is the style of a number that HuesOf gave; any other counts round.
func (t Theme) Hue(n int) lipgloss.Style { return t.hues[n%Hues] }

// HuesOf gives names a hue each: by the name alone, in whatever order they are
// and come, so that a service keeps its own from run to run. Where two would
// have the same, the one that is later in the alphabet has the next that is
// free, as long as there is one.
func HuesOf(names []string) map[string]int {
	of, taken := map[string]int{}, [Hues]bool{}
	for _, name := range slices.Sorted(maps.Keys(set(names))) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(name)) // never fails
		first := int(h.Sum32() % Hues)
		of[name] = first
		for n := range Hues {
			if hue := (first + n) % Hues; !taken[hue] {
				of[name], taken[hue] = hue, true
				break
			}
		}
	}
	return of
}

func set(names []string) map[string]bool {
	s := map[string]bool{}
	for _, n := range names {
		s[n] = true
	}
	return s
}
