package dockerops

import (
	"context"
	"fmt"
	"strings"

	"berth/compose"
	"berth/stack"
)

// startProblem is the failure to start a container: the reason first, with who
// has the port where that is it, and the Engine's words below.
func (a *application) startProblem(ctx context.Context, s compose.Step, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	words := inItsWords(err).Error()
	short, _ := inShort(words)
	p := &stack.Problem{What: "starting " + s.Name, Where: s.Ref.Service, Lines: []string{words}}
	if port, taken := portOf(words); taken {
		short += a.holderOf(ctx, port)
		p.Hint = fmt.Sprintf("free it, or publish another port of %s", s.Ref.Service)
	} else if strings.Contains(short, "could not select device driver") {
		p.Hint = "install the NVIDIA Container Toolkit on the Engine's host, or take the reservation of devices of " + s.Ref.Service + " out of the compose file on a machine without a GPU"
	} else if strings.HasPrefix(short, "exec: ") {
		p.Hint = "correct command: or entrypoint: of " + s.Ref.Service
	} else {
		return a.problem(ctx, doing(s), err)
	}
	p.Err = reworded{short, err}
	return p
}

// process is what runc says before the part that matters to a person.
const process = "unable to start container process: "

// inShort takes the Engine's words on why a container did not start apart:
// what a person looks for, and the rest.
func inShort(words string) (short, rest string) {
	if port, taken := portOf(words); taken {
		return fmt.Sprintf("port %d is taken", port), words
	}
	if before, after, found := strings.Cut(words, process); found {
		return strings.TrimSuffix(after, ": unknown"), before + strings.TrimSuffix(process, ": ")
	}
	return words, ""
}

// shortFirst is the Engine's words with the reason in front.
func shortFirst(words string) string {
	short, rest := inShort(words)
	if rest != "" {
		short += " (" + rest + ")"
	}
	return short
}
