package dockerfile

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/distribution/reference"
)

// stepName is how BuildKit names a step: "[2/3] RUN …", "[runtime  7/12] …",
// "[linux/arm64 runtime 7/9] …".
var stepName = regexp.MustCompile(`^\[(?:.*?(\S+) )?\s*(\d+)/(\d+)\] (\w+)`)

// metadataOf is the step that asks for a base image before any FROM.
var metadataOf = regexp.MustCompile(`^\[internal\] load metadata for (\S+)`)

// Step finds a step by the name that BuildKit gives it.
func (f File) Step(name string) (Step, bool) {
	m := stepName.FindStringSubmatch(name)
	if m == nil {
		return Step{}, false
	}
	number, err := strconv.Atoi(m[2])
	if err != nil || number < 1 {
		return Step{}, false
	}
	for i, s := range f.stages {
		alone := m[1] == "" && f.Single()
		if !alone && !strings.EqualFold(m[1], s.name) && m[1] != "stage-"+strconv.Itoa(i) {
			continue
		}
		// ONBUILD steps of the base shift the count, and a classic build counts
		// every instruction: then it is not this.
		if m[3] != strconv.Itoa(len(s.steps)) || number > len(s.steps) || !strings.EqualFold(s.steps[number-1].keyword, m[4]) {
			return Step{}, false
		}
		return s.steps[number-1], true
	}
	return Step{}, false
}

// Line is where a step stands, by its name; 0 when it cannot be known.
func (f File) Line(step string) int {
	if m := metadataOf.FindStringSubmatch(step); m != nil {
		return f.lineOfBase(m[1])
	}
	s, _ := f.Step(step)
	return s.Line
}

// lineOfBase is the FROM that names an image.
func (f File) lineOfBase(image string) int {
	for _, s := range f.stages {
		named, err := reference.ParseNormalizedNamed(s.base)
		if err == nil && reference.TagNameOnly(named).String() == image {
			return s.line
		}
	}
	return 0
}

// digest is what a FROM has behind its image.
var digest = regexp.MustCompile(`@sha256:[0-9a-f]+$`)

// Digest is that of the image in the name of a FROM, from the @ on; empty: it
// has none.
func Digest(step string) string { return digest.FindString(step) }

// Key is what a step's name says, wherever the step stands: the same step in
// another build has the same one. Empty: it is none of the Dockerfile's.
func Key(step string) string {
	m := stepName.FindStringSubmatch(step)
	if m == nil {
		return ""
	}
	_, text, _ := strings.Cut(step, "] ")
	text = strings.Join(strings.Fields(text), " ")
	if strings.EqualFold(m[4], "from") {
		text = digest.ReplaceAllString(text, "")
	}
	return strings.ToLower(m[1]) + "\n" + text
}

// Stage is the stage that a step is of, by its name, and its number there; no
// number: it is none of the Dockerfile's.
func Stage(step string) (stage string, number int) {
	if m := stepName.FindStringSubmatch(step); m != nil {
		number, _ = strconv.Atoi(m[2]) // digits; too many of them are none
		return strings.ToLower(m[1]), number
	}
	return "", 0
}
