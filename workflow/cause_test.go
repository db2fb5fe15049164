package workflow

import (
	"strings"
	"testing"

	"berth/dockerfile"
	"berth/stack"
)

const staged = `FROM python AS builder
ARG INDEX
COPY requirements.txt ./
RUN pip install
FROM slim AS runtime
COPY --from=builder /venv /venv
COPY src/ ./src/
COPY . ./rest/
`

// before is a history in which each of these steps was built.
func before(t *testing.T, steps ...string) *history {
	t.Helper()
	f, err := dockerfile.Parse([]byte(staged), nil)
	if err != nil {
		t.Fatal(err)
	}
	b := stack.Build{Result: stack.Done, After: stack.BuiltImage{ID: "sha256:1"}, Bases: map[string]string{"python": "sha256:p", "slim": "@sha256:s"}}
	for _, name := range steps {
		b.Steps = append(b.Steps, stack.BuildStep{Name: name, Status: stack.Done})
	}
	return &history{
		builds: []stack.Build{{Result: stack.Failed, Steps: []stack.BuildStep{{Name: "[builder 3/3] RUN pip broken", Status: stack.Failed}}}, b},
		file:   f, inside: map[string]stack.FileChange{}, bases: map[string]string{"python": "sha256:p"},
	}
}

func TestWhatBrokeTheCacheOfAStep(t *testing.T) {
	var (
		install = "[builder 2/3] COPY requirements.txt ./"
		pip     = "[builder 3/3] RUN pip install"
		venv    = "[runtime 2/4] COPY --from=builder /venv /venv"
		src     = "[runtime 3/4] COPY src/ ./src/"
		rest    = "[runtime 4/4] COPY . ./rest/"
	)
	changed := func(paths ...string) func(*history) {
		return func(h *history) {
			for _, p := range paths {
				c := stack.FileChange{Path: "svc/" + p, Fate: stack.FileChanged}
				h.changes = append(h.changes, c)
				h.inside[p] = c
			}
		}
	}
	none := func(*history) {}
	for name, c := range map[string]struct {
		step   string
		but    func(*history)
		ran    string // stages, in one string
		digest map[string]string
		want   string
	}{
		"a file":            {step: src, but: changed("src/api.py", "README.md"), want: "svc/src/api.py changed"},
		"two files":         {step: src, but: changed("src/api.py", "src/b.py"), want: "svc/src/api.py changed, svc/src/b.py changed"},
		"many files":        {step: rest, but: changed("a", "b", "c", "d"), want: "svc/a changed, and 3 more"},
		"a file of another": {step: install, but: changed("src/api.py"), want: unknownCause},
		"an argument": {step: pip, but: func(h *history) {
			h.changes = []stack.FileChange{{Path: "build argument INDEX", Fate: stack.FileAdded}}
		}, want: "build argument INDEX added"},
		"another's argument": {step: src, but: func(h *history) {
			h.changes = []stack.FileChange{{Path: "build argument INDEX", Fate: stack.FileAdded}}
		}, want: unknownCause},
		"an instruction":      {step: "[builder 3/3] RUN pip install -U", but: none, want: "its instruction changed"},
		"a stage never built": {step: "[tests 2/2] RUN pytest", but: none, want: ""},
		"a moved step":        {step: "[runtime 4/5] COPY src/ ./src/", but: none, want: unknownCause},
		"a base":              {step: install, but: func(h *history) { h.bases["python"] = "sha256:other" }, want: "base image python changed"},
		"a base's digest":     {step: src, but: none, digest: map[string]string{"slim": "@sha256:other"}, want: "base image slim changed"},
		"an incomparable":     {step: src, but: none, digest: map[string]string{"slim": "sha256:other"}, want: unknownCause},
		"another stage":       {step: venv, but: none, ran: "builder", want: "stage builder was built anew"},
		"a failure":           {step: "[builder 3/3] RUN pip broken", but: none, want: "it failed the last time"},
		"no cache":            {step: pip, but: func(h *history) { h.noCache = true }, want: "no cache asked for"},
		"nothing known":       {step: pip, but: func(h *history) { h.builds = nil }, want: ""},
		"no step":             {step: "exporting to image", but: none, want: ""},
		"unknown":             {step: pip, but: none, want: unknownCause},
	} {
		h := before(t, install, pip, venv, src, rest)
		c.but(h)
		if got := h.cause(c.step, c.digest, func(stage string) bool { return stage != "" && strings.Contains(c.ran, stage) }); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
