package dockerops

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/jsonstream"

	"berth/stack"
)

// The messages are those of Engine 20.10.24 and podman 5.8.6.
func TestClassicFold(t *testing.T) {
	for name, c := range map[string]struct {
		stream []string
		want   []string
	}{
		"docker": {
			stream: []string{"Step 1/3 : FROM busybox\n", " ---> 24b732d92c61\n", "Step 2/3 : RUN x\n", " ---> Running in 0ab\n", "ou", "t\nrest", "Step 3/3 : RUN y\n", " ---> Using cache\n", " ---> 7fe\n"},
			want: []string{
				"step 1 working 0s", "step 1 working 1s >  ---> 24b732d92c61", "step 1 done 2s",
				"step 2 working 0s", "step 2 working 1s >  ---> Running in 0ab", "step 2 working 3s > out",
				"step 2 working 4s > rest", "step 2 done 4s", "step 3 working 0s", "step 3 cached 3s >  ---> Using cache >  ---> 7fe",
			},
		},
		"podman, two stages": {
			stream: []string{"[1/2] STEP 1/1: FROM busybox AS a\n", "--> 24b732d92c61\n", "[2/2] STEP 1/2: FROM a\n", "[2/2] STEP 2/2: RUN y\n", "--> Using cache f9c\n--> f9c\n", "Successfully tagged x\n"},
			want: []string{
				"step 1 working 0s", "step 1 working 1s > --> 24b732d92c61", "step 1 done 2s",
				"step 2 working 0s", "step 2 done 1s",
				"step 3 working 0s", "step 3 cached 3s > --> Using cache f9c > --> f9c > Successfully tagged x",
			},
		},
		"nothing of a step": {
			stream: []string{"something else\n"},
			want:   []string{"build api working 0s > something else"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newClassicFold(stack.Progress{ID: "build api", Service: "api", Status: stack.Working})
			clock := ours
			f.now = func() time.Time { return clock }
			var got []string
			for _, s := range c.stream {
				for _, p := range f.add(jsonstream.Message{Stream: s}) {
					got = append(got, line(p))
				}
				clock = clock.Add(time.Second)
			}
			for _, p := range f.finish(stack.Cancelled) {
				got = append(got, line(p))
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestClassicError(t *testing.T) {
	spec := buildSpec{service: "api", source: buildSource{text: []byte(manyStages)}}
	for _, c := range []struct {
		err           string
		stage, number int
		line, code    int
	}{
		{"The command '/bin/sh -c one' returned a non-zero code: 3", 0, 13, 19, 3},
		{`building at STEP "RUN one": while running runtime: exit status 3`, 4, 3, 19, 3},
		{"dockerfile parse error line 7: unknown instruction: X", 0, 99, 0, 0},
	} {
		at := &classicInstruction{stage: c.stage, number: c.number}
		b := newClassicError(spec, errors.New(c.err), at)
		if b.Line != c.line || b.ExitCode != c.code {
			t.Errorf("%s, instruction %d of stage %d: line %d, exit code %d; want %d, %d", c.err, c.number, c.stage, b.Line, b.ExitCode, c.line, c.code)
		}
	}
	if b := newClassicError(spec, errors.New("dockerfile parse error line 7: unknown instruction: X"), nil); b.Line != 7 {
		t.Errorf("a parse error is in line %d, want 7", b.Line)
	}
}
