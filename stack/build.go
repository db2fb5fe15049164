package stack

import (
	"slices"
	"strings"
	"time"
)

// Build is a build of a service's image, as it is remembered.
type Build struct {
	At      time.Time     `json:"at"` // it began
	Project string        `json:"project"`
	Service string        `json:"service"`
	Result  Status        `json:"result"` // done, unchanged, failed or cancelled
	Error   string        `json:"error,omitempty"`
	Took    time.Duration `json:"took"`            // nanoseconds
	Steps   []BuildStep   `json:"steps,omitempty"` // in the order in which they began
	Sent    int64         `json:"sent"`            // bytes of the context that went to the Engine
	Context int64         `json:"context"`         // bytes that the build may take of it
	Before  BuiltImage    `json:"before,omitzero"` // of that name before; zero: there was none
	After   BuiltImage    `json:"after,omitzero"`  // zero: it was not built
	Options BuildOptions  `json:"options,omitzero"`
	// Bases are the images that it began from, by name, as far as they are known.
	Bases map[string]string `json:"bases,omitempty"`
}

// BuildStep is a step of a build.
type BuildStep struct {
	Name   string        `json:"name"`             // as BuildKit calls it; untrusted
	Status Status        `json:"status"`           // done, cached, failed, cancelled
	Began  time.Duration `json:"began"`            // after the build did
	Took   time.Duration `json:"took"`             // nanoseconds
	Cause  string        `json:"cause,omitempty"`  // why it was not cached; untrusted
	Output []string      `json:"output,omitempty"` // its last lines, where it failed; untrusted
}

// BuiltImage is an image that a build made or replaced.
type BuiltImage struct {
	ID   string `json:"id"`
	Size int64  `json:"size"` // bytes
}

// BuildOptions is how an image is built, beside what the compose file says.
type BuildOptions struct {
	Args    map[string]string `json:"args,omitempty"`   // go before those of the file
	Target  string            `json:"target,omitempty"` // empty: the file's
	NoCache bool              `json:"no_cache,omitempty"`
	Pull    bool              `json:"pull,omitempty"` // look for newer base images
}

// IsZero reports whether the build is as the compose file says.
func (o BuildOptions) IsZero() bool {
	return len(o.Args) == 0 && o.Target == "" && !o.NoCache && !o.Pull
}

// OneOff reports whether the image is another than the one that the compose file
// asks for.
func (o BuildOptions) OneOff() bool { return len(o.Args) > 0 || o.Target != "" }

// String is the options in the words of the command line, arguments by their
// names only: values may be secrets.
func (o BuildOptions) String() string {
	var words []string
	names := make([]string, 0, len(o.Args))
	for name := range o.Args {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		words = append(words, "--build-arg "+name)
	}
	if o.Target != "" {
		words = append(words, "--target "+o.Target)
	}
	if o.NoCache {
		words = append(words, "--no-cache")
	}
	if o.Pull {
		words = append(words, "--pull")
	}
	return strings.Join(words, " ")
}

// Built reports whether it gave an image.
func (b Build) Built() bool { return b.Result == Done || b.Result == Unchanged }

// Spared reports whether less than the whole context had to be sent.
func (b Build) Spared() bool { return b.Sent < b.Context }

// Grown is by how many bytes the image grew, and false when it is the first.
func (b Build) Grown() (int64, bool) {
	return b.After.Size - b.Before.Size, b.After.ID != "" && b.Before.ID != ""
}

// Why is what made steps run, each cause once; for one that failed, why it did.
func (b Build) Why() string {
	if b.Error != "" {
		return b.Error
	}
	var causes []string
	for _, s := range b.Steps {
		if s.Cause != "" && !slices.Contains(causes, s.Cause) {
			causes = append(causes, s.Cause)
		}
	}
	return strings.Join(causes, "; ")
}

// Count is how many of its steps have a status.
func (b Build) Count(s Status) (n int) {
	for _, step := range b.Steps {
		if step.Status == s {
			n++
		}
	}
	return n
}
