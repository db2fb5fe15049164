package dockerops

import (
	"errors"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

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

func TestEngineWords(t *testing.T) {
	for given, want := range map[string]string{
		"failed to solve: rpc error: code = Unknown desc = executor failed running [sh]: exit code: 3":        "executor failed running [sh]: exit code: 3",
		"failed to solve with frontend dockerfile.v0: failed to build LLB: target stage x could not be found": "target stage x could not be found",
		"failed to solve: process \"sh\" did not complete successfully: exit code: 3":                         "process \"sh\" did not complete successfully: exit code: 3",
		"open x: failed to solve: y": "open x: failed to solve: y",
	} {
		if got := engineWords(given); got != want {
			t.Errorf("engineWords(%q)\n = %q, want %q", given, got, want)
		}
	}
}

// The messages are those of Engines 20.10.24 and 28.5.2.
func TestBuildHint(t *testing.T) {
	spec := buildSpec{service: "api", config: types.BuildConfig{Target: "nope"}, source: buildSource{dir: "/ctx", dockerfile: "/ctx/Dockerfile", text: []byte(manyStages)}}
	const metadata = "[internal] load metadata for gcr.io/team/base:2"
	for _, c := range []struct{ step, err, says string }{
		{"", "failed to solve: failed to create LLB definition: target stage nope could not be found", "the stages are builder, empty, runtime"},
		{"", `failed to solve: target stage "nope" could not be found`, "the stages are builder, empty, runtime"},
		{"", "failed to solve: dockerfile parse error line 3: unknown instruction: RUNN", "correct the Dockerfile"},
		{"[2/2] COPY x /", `failed to solve: failed to compute cache key: "/x" not found: not found`, ".dockerignore"},
		{"[2/2] COPY x /", `failed to solve: failed to compute cache key: failed to calculate checksum of ref abc::def: "/x": not found`, ".dockerignore"},
		{"[2/2] COPY x/* /", "failed to solve: lstat /var/lib/docker/tmp/buildkit-mount1/x: no such file or directory", ".dockerignore"},
		{metadata, "failed to solve: failed to authorize: failed to fetch anonymous token: 401 Unauthorized", "docker login gcr.io"},
		{metadata, "failed to solve: gcr.io/team/base:2: failed to resolve source metadata for gcr.io/team/base:2: not found", "check the name"},
		{metadata, "failed to solve: failed to do request: dial tcp: lookup gcr.io: no such host", "network"},
		{"[internal] load metadata for docker.io/team/x:1", "failed to solve: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope", "check the name; if it is private, docker login"},
		{"[2/2] RUN x", "failed to solve: executor failed running [x]: exit code: 1: write /x: no space left on device", "docker system df"},
		{"[2/2] RUN x", "failed to solve: executor failed running [x]: exit code: 137", "out of memory"},
		{"[2/2] RUN x", "failed to solve: executor failed running [x]: exit code: 2", ""},
	} {
		b := newBuildError(spec, errors.New(c.err), &vertex{})
		b.Step = c.step
		if got := spec.hint(b); !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("hint for %q:\n%q, want it to say %q", c.err, got, c.says)
		}
	}
}
