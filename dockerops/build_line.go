package dockerops

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// stepName is how BuildKit names a step: "[2/3] RUN …", "[runtime  7/12] …",
// "[linux/arm64 runtime 7/9] …".
var stepName = regexp.MustCompile(`^\[(?:.*?(\S+) )?\s*(\d+)/(\d+)\] (\w+)`)

// metadataOf is the step that asks for a base image before any FROM.
var metadataOf = regexp.MustCompile(`^\[internal\] load metadata for (\S+)`)

// lineOfStep finds the Dockerfile line of a step by its name, for Engines that
// do not say it (20.10); 0 when it cannot be known.
func lineOfStep(dockerfile []byte, step string) int {
	stages := parseStages(dockerfile)
	if m := metadataOf.FindStringSubmatch(step); m != nil {
		return lineOfBase(stages, m[1])
	}
	m := stepName.FindStringSubmatch(step)
	if m == nil {
		return 0
	}
	number, _ := strconv.Atoi(m[2]) // the pattern has digits only
	for i, stage := range stages {
		alone := m[1] == "" && len(stages) == 1
		if !alone && !strings.EqualFold(m[1], stage.Name) && m[1] != "stage-"+strconv.Itoa(i) {
			continue
		}
		return lineInStage(stages, i, number, m[4])
	}
	return 0
}

// lineInStage counts as BuildKit does: FROM is the first step unless it takes
// another stage or scratch; then each RUN, COPY, ADD and WORKDIR is one.
func lineInStage(stages []instructions.Stage, i, number int, keyword string) int {
	stage := stages[i]
	n := 0
	if !isStage(stages[:i], stage.BaseName) && stage.BaseName != "scratch" {
		if n++; n == number {
			return startOf(stage.Location)
		}
	}
	for _, c := range stage.Commands {
		switch c.(type) {
		case *instructions.RunCommand, *instructions.CopyCommand, *instructions.AddCommand, *instructions.WorkdirCommand:
			n++
		default:
			continue
		}
		if n == number {
			// ONBUILD steps of the base shift the count: then it is not this.
			if !strings.EqualFold(c.Name(), keyword) {
				return 0
			}
			return startOf(c.Location())
		}
	}
	return 0
}

// lineOfBase is the FROM that names an image.
func lineOfBase(stages []instructions.Stage, image string) int {
	for _, stage := range stages {
		named, err := reference.ParseNormalizedNamed(stage.BaseName)
		if err == nil && reference.TagNameOnly(named).String() == image {
			return startOf(stage.Location)
		}
	}
	return 0
}

func isStage(before []instructions.Stage, name string) bool {
	for _, s := range before {
		if s.Name != "" && strings.EqualFold(s.Name, name) {
			return true
		}
	}
	return false
}

func startOf(location []parser.Range) int {
	if len(location) == 0 {
		return 0
	}
	return location[0].Start.Line
}

// stageNames are the stages that a target can name.
func stageNames(dockerfile []byte) []string {
	var names []string
	for _, s := range parseStages(dockerfile) {
		if s.Name != "" {
			names = append(names, s.Name)
		}
	}
	return names
}

// parseStages reads a Dockerfile; one that does not parse has no stages, and
// its error comes from the Engine.
func parseStages(dockerfile []byte) []instructions.Stage {
	parsed, err := parser.Parse(bytes.NewReader(dockerfile))
	if err != nil {
		return nil
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil
	}
	return stages
}
