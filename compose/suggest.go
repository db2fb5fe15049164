package compose

import (
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// closest gives the candidate that a mistyped word most likely means; empty
// when none is near.
func closest(word string, candidates []string) string {
	best, least := "", 1+len(word)/3 // one mistake in three letters is still a typo
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d <= least && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours between two words (optimal string alignment).
func distance(a, b string) int {
	before, row := []int(nil), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// knownKeys are the attributes that may stand below a path of a compose file.
func knownKeys(parent string) []string {
	parts := strings.Split(parent, ".")
	switch {
	case parent == "":
		return []string{"services", "networks", "volumes", "configs", "secrets", "include", "name", "models"}
	case parts[0] == "services" && len(parts) == 2:
		return append(slices.Clone(types.ContainerSpecAttributes),
			"build", "depends_on", "deploy", "develop", "expose", "extends", "healthcheck", "ports", "profiles",
			"restart", "scale", "stdin_open", "tty", "attach", "container_name", "links", "post_start", "pre_stop")
	}
	var keys []string
	for _, p := range applied {
		if rest, ok := strings.CutPrefix(string(p), generalise(parts)+"."); ok {
			key, _, _ := strings.Cut(rest, ".")
			keys = append(keys, key)
		}
	}
	return keys
}

// generalise makes the path of a pattern: names of services, networks and
// volumes are any.
func generalise(parts []string) string {
	parts = slices.Clone(parts)
	if len(parts) > 1 {
		parts[1] = "*"
	}
	return strings.Join(parts, ".")
}
