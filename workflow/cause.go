package workflow

import (
	"fmt"
	"maps"
	"slices"

	"berth/dockerfile"
	"berth/stack"
)

// history is what is known of a service when it is built: what went before, and
// what has changed since.
type history struct {
	builds  []stack.Build               // newest first
	inside  map[string]stack.FileChange // files of the context, by their paths from its root
	changes []stack.FileChange          // all, by what a person calls them
	unknown bool                        // what has changed
	bases   map[string]string           // images that the build begins from, as far as known
	file    dockerfile.File
	noCache bool
}

// last is the newest build that gave an image: what has changed is told since
// then.
func (h *history) last() (stack.Build, bool) {
	n := slices.IndexFunc(h.builds, stack.Build.Built)
	if n < 0 {
		return stack.Build{}, false
	}
	return h.builds[n], true
}

// since is how files and arguments differ from what the last build had.
func (h *history) since(s subject, changes []stack.FileChange) {
	h.changes = changes
	h.inside = s.Trees[0].Inside(changes)
}

// step finds a step in the newest build that has it.
func (h *history) step(key string) (stack.BuildStep, bool) {
	for _, b := range h.builds {
		for _, s := range b.Steps {
			if dockerfile.Key(s.Name) == key {
				return s, true
			}
		}
	}
	return stack.BuildStep{}, false
}

// stage reports whether a step of the same stage is in any build.
func (h *history) stage(name string) bool {
	of, _ := dockerfile.Stage(name)
	return slices.ContainsFunc(h.builds, func(b stack.Build) bool {
		return slices.ContainsFunc(b.Steps, func(s stack.BuildStep) bool {
			stage, n := dockerfile.Stage(s.Name)
			return n > 0 && stage == of
		})
	})
}

// ran is how long a step took when it ran last; 0: it is not known.
func (h *history) ran(name string) (took int64) {
	key := dockerfile.Key(name)
	for _, b := range h.builds {
		for _, s := range b.Steps {
			if (s.Name == name || key != "" && dockerfile.Key(s.Name) == key) && s.Status == stack.Done {
				return int64(s.Took)
			}
		}
	}
	return 0
}

// unknownCause is said of a step of which nothing explains that it runs.
const unknownCause = "why is not known: the Engine's build cache may have been emptied"

// cause is why a step is not taken from the cache though nothing before it in
// its stage ran. digests has those of base images that the build told, and ran
// the stages of which steps ran. Empty: there was no build to compare with.
func (h *history) cause(name string, digests map[string]string, ran func(stage string) bool) string {
	last, ok := h.last()
	key := dockerfile.Key(name)
	switch {
	case h.noCache:
		return "no cache asked for"
	case !ok || key == "":
		return ""
	}
	was, had := h.step(key)
	if had && was.Status == stack.Failed {
		return "it failed the last time"
	}
	if had && was.Status == stack.Cancelled {
		return "it was cancelled the last time"
	}
	step, found := h.file.Step(name)
	if found {
		for _, c := range h.changes {
			if slices.ContainsFunc(step.Args, func(a string) bool { return argument(a) == c.Path }) {
				return fateOf(c)
			}
		}
	}
	if !had && h.stage(name) {
		return "its instruction changed"
	}
	if !had {
		return "" // a stage that was not asked for before
	}
	if base := h.file.Base(step.Stage); base != "" && (another(last.Bases[base], h.bases[base]) || another(last.Bases[base], digests[base])) {
		return "base image " + base + " changed"
	}
	if files := h.taken(step); len(files) > 0 {
		return namely(files)
	}
	for _, from := range step.From {
		if ran(from) {
			return "stage " + from + " was built anew"
		}
	}
	return unknownCause
}

// taken is the changed files that a step takes. Where files in a folder
// changed, the folder goes without saying.
func (h *history) taken(step dockerfile.Step) []stack.FileChange {
	var files []stack.FileChange
	for _, path := range slices.Sorted(maps.Keys(h.inside)) {
		if step.Takes(path) {
			files = append(files, h.inside[path])
		}
	}
	return files
}

// another reports whether two names are of different images. An image of the
// Engine's and a registry's digest cannot be compared.
func another(was, is string) bool {
	return was != "" && is != "" && was != is && was[0] == is[0]
}

func fateOf(c stack.FileChange) string { return c.Path + " " + string(c.Fate) }

// namely names what changed, the rest as a number.
func namely(files []stack.FileChange) string {
	switch n := len(files) - 1; n {
	case 0:
		return fateOf(files[0])
	case 1:
		return fateOf(files[0]) + ", " + fateOf(files[1])
	default:
		return fmt.Sprintf("%s, and %d more", fateOf(files[0]), n)
	}
}
