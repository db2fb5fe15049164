package dockerops

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/moby/api/types/jsonstream"

	"berth/stack"
)

// classicStep announces an instruction: Docker's "Step 2/3 : RUN x", podman's
// "STEP 2/3: RUN x" and, with several stages, "[1/2] STEP 2/3: RUN x".
var classicStep = regexp.MustCompile(`^(?:\[(\d+)/\d+\] )?(?i:step) (\d+)/(\d+) ?: (.*)$`)

// usedCache is how Docker and podman say that an instruction needed no work.
var usedCache = regexp.MustCompile(`^ ?-{2,3}> Using cache`)

// classicFold turns the messages of a classic build into Progress: one item
// for each instruction. What comes before the first is the build's own output.
type classicFold struct {
	parent stack.Progress
	now    func() time.Time
	steps  []*classicInstruction
	out    lines
}

type classicInstruction struct {
	vertex
	stage, number int // stage 0: numbers count through all stages
}

func newClassicFold(parent stack.Progress) *classicFold {
	return &classicFold{parent: parent, now: time.Now}
}

func (f *classicFold) add(m jsonstream.Message) []stack.Progress {
	if m.Status != "" { // the base image is being pulled
		return f.print([]string{strings.TrimSpace(m.ID + " " + m.Status)})
	}
	var out []stack.Progress
	// An announcement is a message of its own, and the output before it may
	// lack its end of line.
	if classicStep.MatchString(strings.TrimSuffix(m.Stream, "\n")) {
		if rest := f.out.flush(); rest != nil {
			out = f.print(rest)
		}
	}
	for _, l := range f.out.add([]byte(m.Stream)) {
		if step := classicStep.FindStringSubmatch(l); step != nil {
			out = append(out, f.end(stack.Done)...)
			out = append(out, f.begin(step))
			continue
		}
		if usedCache.MatchString(l) && len(f.steps) > 0 {
			f.current().item.Status = stack.Cached
		}
		out = append(out, f.print([]string{l})...)
	}
	return out
}

func (f *classicFold) current() *classicInstruction { return f.steps[len(f.steps)-1] }

func (f *classicFold) begin(m []string) stack.Progress {
	s := &classicInstruction{}
	s.stage, _ = strconv.Atoi(m[1]) // digits or nothing, by the pattern
	s.number, _ = strconv.Atoi(m[2])
	s.item = f.parent
	s.item.ID, s.item.Parent = fmt.Sprintf("%s step %d", f.parent.ID, len(f.steps)+1), f.parent.ID
	s.item.Status, s.item.Subject = stack.Working, fmt.Sprintf("[%s/%s] %s", m[2], m[3], m[4])
	s.since = f.now()
	f.steps = append(f.steps, s)
	return s.report(f.now())
}

// print adds output to the instruction that goes on.
func (f *classicFold) print(whole []string) []stack.Progress {
	if len(f.steps) == 0 {
		p := f.parent
		p.At, p.Log = f.now(), whole
		return []stack.Progress{p}
	}
	s := f.current()
	s.log(whole)
	if s.item.Status != stack.Working { // cached: reported when it ends
		return nil
	}
	return []stack.Progress{s.report(f.now())}
}

// end closes the instruction that goes on.
func (f *classicFold) end(status stack.Status) []stack.Progress {
	if len(f.steps) == 0 {
		return nil
	}
	s := f.current()
	if s.item.Status == stack.Working || status == stack.Failed {
		s.item.Status = status
	}
	p := s.report(f.now())
	s.since = time.Time{}
	return []stack.Progress{p}
}

// finish is called when no more messages come, with how the build ended.
func (f *classicFold) finish(status stack.Status) []stack.Progress {
	var out []stack.Progress
	if rest := f.out.flush(); rest != nil {
		out = f.print(rest)
	}
	return append(out, f.end(status)...)
}

func (f *classicFold) failed() *classicInstruction {
	if len(f.steps) == 0 || f.current().item.Status != stack.Failed {
		return nil
	}
	return f.current()
}

// classicCode is how Docker and podman say a command's exit code.
var classicCode = regexp.MustCompile(`(?:returned a non-zero code: |exit status )(\d+)`)

func newClassicError(s buildSpec, err error, at *classicInstruction) *BuildError {
	b := &BuildError{Service: s.service, Dockerfile: s.source.dockerfile, Err: err}
	if m := classicCode.FindStringSubmatch(err.Error()); m != nil {
		b.ExitCode, _ = strconv.Atoi(m[1]) // the pattern has digits only
	}
	if m := parseLine.FindStringSubmatch(err.Error()); m != nil {
		b.Line, _ = strconv.Atoi(m[1])
	}
	if at != nil {
		b.Step, b.LastLines = at.item.Subject, at.tail
		b.Line = lineOfInstruction(s.source.text, at.stage, at.number)
	}
	return b
}

// lineOfInstruction is where the n-th instruction is, of the whole Dockerfile
// or, stage not 0, of that stage; 0 when there is no such instruction.
func lineOfInstruction(dockerfile []byte, stage, n int) int {
	parsed, err := parser.Parse(strings.NewReader(string(dockerfile)))
	if err != nil {
		return 0
	}
	stages, count := 0, 0
	for _, node := range parsed.AST.Children {
		if strings.EqualFold(node.Value, "from") {
			if stages++; stage > 0 {
				count = 0
			}
		}
		if count++; count == n && (stage == 0 || stages == stage) {
			return node.StartLine
		}
	}
	return 0
}
