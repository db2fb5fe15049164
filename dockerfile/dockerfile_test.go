package dockerfile

import (
	"slices"
	"strings"
	"testing"
)

// lines is the line of a step; a file that does not parse has none.
func lines(text, step string) int {
	f, err := Parse([]byte(text), nil)
	if err != nil {
		return 0
	}
	return f.Line(step)
}

const manyStages = `# syntax=docker/dockerfile:1
ARG BASE=python:3.13-slim
FROM $BASE AS builder
WORKDIR /src
ENV X=1
COPY requirements.txt \
     ./
RUN pip install \
    -r requirements.txt

FROM scratch AS empty
COPY --from=builder /src /src

FROM builder
RUN test

FROM gcr.io/team/base:2 AS Runtime
ADD a /
RUN one
LABEL a=b
RUN two
`

func TestTheLineOfAStep(t *testing.T) {
	for step, want := range map[string]int{
		"[builder 1/4] FROM docker.io/library/python:3.13-slim":  3,
		"[builder 2/4] WORKDIR /src":                             4,
		"[builder 3/4] COPY requirements.txt      ./":            6,
		"[builder 4/4] RUN pip install     -r requirements.txt":  8,
		"[empty 1/1] COPY --from=builder /src /src":              12,
		"[stage-2 1/1] RUN test":                                 15,
		"[runtime 1/4] FROM gcr.io/team/base:2":                  17,
		"[Runtime  3/4] RUN one":                                 19,
		"[linux/arm64 runtime 4/4] RUN two":                      21,
		"[linux/amd64->arm64 runtime 4/4] RUN two":               21,
		"[internal] load metadata for gcr.io/team/base:2":        17,
		"[internal] load metadata for docker.io/library/other:1": 0,
		"[internal] load build context":                          0,
		"[runtime 4/4] COPY two":                                 0, // shifted by ONBUILD
		"[unknown 1/1] RUN x":                                    0,
		"[builder 9/9] RUN x":                                    0,
		"exporting to image":                                     0,
		"":                                                       0,
	} {
		if got := lines(manyStages, step); got != want {
			t.Errorf("line of %q is %d, want %d", step, got, want)
		}
	}
	if got := lines("FROM x\nRUN a\nRUN b", "[3/3] RUN b"); got != 3 {
		t.Errorf("a single stage without a name: line %d, want 3", got)
	}
	if got := lines("not a Dockerfile", "[2/2] RUN b"); got != 0 {
		t.Errorf("a broken Dockerfile: line %d, want 0", got)
	}
}

func FuzzLine(f *testing.F) {
	f.Add(manyStages, "[runtime 4/4] RUN two")
	f.Add("FROM x", "[99999999999999999999/2] RUN")
	f.Fuzz(func(t *testing.T, dockerfile, step string) {
		if got := lines(dockerfile, step); got < 0 || got > strings.Count(dockerfile, "\n")+1 {
			t.Errorf("line %d of a Dockerfile of %d", got, strings.Count(dockerfile, "\n")+1)
		}
	})
}

func parsed(t *testing.T, text string, args map[string]string) File {
	t.Helper()
	f, err := Parse([]byte(text), args)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestWhatAStepTakes(t *testing.T) {
	f := parsed(t, `ARG BASE=python
ARG WHAT=reqs.txt
FROM $BASE:3 AS builder
ARG WHAT
ENV DIR=src
COPY $WHAT /
COPY ./${DIR}/ conf/*.toml /app/
ADD https://example.org/model.bin data /data/
COPY --exclude=*.md . /all/
RUN --mount=type=bind,source=vendor,target=/v make
RUN --mount=type=bind,from=tools,target=/v make
FROM builder
COPY --from=builder /app /app
`, map[string]string{"BASE": "mine"})
	for _, c := range []struct {
		step, takes, not string
	}{
		{"[builder 2/7] COPY", "reqs.txt", "src/a.py"},
		{"[builder 3/7] COPY", "src/a.py src/deep/b.py src conf/a.toml", "srcs/a.py conf/a.yaml conf conf/deep/a.toml"},
		{"[builder 4/7] ADD", "data data/x", "example.org/model.bin model.bin"},
		{"[builder 5/7] COPY", "any src/a.py docs/x.md", "x.md"},
		{"[builder 6/7] RUN", "vendor/x", "src/a.py"},
		{"[builder 7/7] RUN", "", "vendor/x"},
		{"[stage-1 1/1] COPY", "", "app app/x"},
	} {
		s, ok := f.Step(c.step)
		if !ok {
			t.Errorf("there is no %s", c.step)
		}
		for _, file := range strings.Fields(c.takes) {
			if !s.Takes(file) {
				t.Errorf("%s does not take %s", c.step, file)
			}
		}
		for _, file := range strings.Fields(c.not) {
			if s.Takes(file) {
				t.Errorf("%s takes %s", c.step, file)
			}
		}
	}
	if got := f.Bases(); !slices.Equal(got, []string{"mine:3"}) {
		t.Errorf("it begins from %q", got)
	}
}

func TestWhatElseAStepIsMadeOf(t *testing.T) {
	f := parsed(t, `FROM a AS one
RUN before
ARG V=1
ARG W
COPY $V/x /
COPY y /
RUN after
FROM one AS two
RUN there
COPY --from=0 /x /
`, nil)
	for step, want := range map[string]string{
		"[one 2/5] RUN": "", "[one 3/5] COPY": "V", "[one 4/5] COPY": "", "[one 5/5] RUN": "V W",
		"[two 1/2] RUN": "", "[two 2/2] COPY": "",
	} {
		if s, _ := f.Step(step); strings.Join(s.Args, " ") != want {
			t.Errorf("%s depends on the arguments %q, want %s", step, s.Args, want)
		}
	}
	for step, want := range map[string]string{"[one 2/5] RUN": "", "[two 1/2] RUN": "one", "[two 2/2] COPY": "one"} {
		if s, _ := f.Step(step); strings.Join(s.From, " ") != want {
			t.Errorf("%s comes from the stages %q, want %s", step, s.From, want)
		}
	}
	if s, _ := f.Step("[one 1/5] FROM a"); s.Base != "a" {
		t.Errorf("its base is %q", s.Base)
	}
}

func TestTargetsAndArguments(t *testing.T) {
	f := parsed(t, "ARG A\nFROM x AS One\nARG B=1\nFROM one\n", nil)
	for name, want := range map[string]bool{"one": true, "ONE": true, "0": true, "1": true, "2": false, "-1": false, "two": false, "": false} {
		if f.HasTarget(name) != want {
			t.Errorf("target %q: %v", name, !want)
		}
	}
	for name, want := range map[string]bool{"A": true, "B": true, "C": false, "http_proxy": true, "BUILDKIT_INLINE_CACHE": true} {
		if f.Declares(name) != want {
			t.Errorf("argument %s: %v", name, !want)
		}
	}
}

// A step is the same wherever it stands, in whatever case its stage is written.
func TestTheKeyOfAStep(t *testing.T) {
	for _, same := range [][2]string{
		{"[Runtime 7/9] COPY a   b", "[runtime  8/10] COPY a b"},
		{"[1/3] FROM x@sha256:1a2b", "[1/2] FROM x"},
	} {
		if a, b := Key(same[0]), Key(same[1]); a != b || a == "" {
			t.Errorf("%q is %q, and %q is %q", same[0], a, same[1], b)
		}
	}
	if Key("[one 2/3] RUN a") == Key("[two 2/3] RUN a") || Key("exporting to image") != "" {
		t.Error("steps that differ have one key, or one that is none has a key")
	}
}
