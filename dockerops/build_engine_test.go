package dockerops_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/client"

	"berth/compose"
	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

func TestBuildThenCached(t *testing.T) {
	s := buildable(t, "FROM $BASE AS runtime\nRUN echo hello $NAME; printf tail\nCOPY data/ /data/\nCOPY api.py /\n", "")
	s.write("data/x", strings.Repeat("x", 1<<20))
	s.write("api.py", "one")
	first, r := s.build()
	r.check(t)
	if run := r.step(t, "RUN echo hello"); run.Status != stack.Done || !slices.Equal(run.Log, []string{"hello " + s.name, "tail"}) {
		t.Errorf("the RUN step is %s and said %q, want done, hello… and tail", run.Status, run.Log)
	}
	if sent := r.step(t, "load build context").Current; sent < 1<<20 {
		t.Errorf("the first build sent %d bytes, want all of the context", sent)
	}
	if top := r.step(t, "image "); top.Status != stack.Done || top.Text != stack.ShortID(first) || top.Elapsed == 0 {
		t.Errorf("the build's own item ends as %s %q after %s", top.Status, top.Text, top.Elapsed)
	}

	// Another folder's build in between takes nothing away.
	other := buildable(t, "FROM $BASE\nCOPY data/ /data/\n", "")
	other.write("data/y", strings.Repeat("y", 1<<20))
	other.build()

	again, r := s.build()
	r.check(t)
	if again != first {
		t.Errorf("a build without changes made %s of %s", again, first)
	}
	for _, words := range []string{"RUN echo hello", "COPY data/", "COPY api.py"} {
		if got := r.step(t, words).Status; got != stack.Cached {
			t.Errorf("%s is %s the second time, want cached", words, got)
		}
	}
	if sent := r.step(t, "load build context").Current; sent > 10_000 {
		t.Errorf("a build without changes sent %d bytes of a context of 1 MiB", sent)
	}
	if top := r.step(t, "image "); top.Status != stack.Unchanged || !strings.Contains(top.Text, "unchanged") {
		t.Errorf("the build's own item ends as %s %q, want unchanged", top.Status, top.Text)
	}

	s.write("api.py", "two, longer")
	edited, r := s.build()
	r.check(t)
	if edited == first {
		t.Error("an edit did not change the image")
	}
	if data, api := r.step(t, "COPY data/").Status, r.step(t, "COPY api.py").Status; data != stack.Cached || api != stack.Done {
		t.Errorf("after an edit of api.py: data/ %s, api.py %s; want cached, done", data, api)
	}
	if sent := r.step(t, "load build context").Current; sent > 10_000 {
		t.Errorf("one small edit sent %d bytes of a context of 1 MiB", sent)
	}
}

func TestBuildAttributes(t *testing.T) {
	s := buildable(t, `FROM $BASE AS one
ARG MODEL=default
ARG EMPTY=default
RUN : $NAME; echo "model=$MODEL empty=$EMPTY proxy=$http_proxy"
RUN : $NAME; cat /etc/hosts
FROM $BASE AS two
RUN exit 9
`, `{target: one, args: {MODEL: churn, EMPTY: ""}, labels: {team: ml}, tags: ["$NAME-extra:1"], extra_hosts: ["feature-store=10.9.8.7"], network: none}`)
	config := t.TempDir()
	t.Setenv("DOCKER_CONFIG", config)
	writeFile(t, filepath.Join(config, "config.json"), `{"proxies":{"default":{"httpProxy":"http://proxy.test:1"}}}`)
	id, r := s.build()
	r.check(t)
	if said := r.step(t, "echo \"model").Log; !slices.Equal(said, []string{"model=churn empty= proxy=http://proxy.test:1"}) {
		t.Errorf("arguments: %q", said)
	}
	if hosts := strings.Join(r.step(t, "cat /etc/hosts").Log, "\n"); !strings.Contains(hosts, "10.9.8.7") {
		t.Errorf("extra_hosts are not in /etc/hosts: %s", hosts)
	}
	image, ok, err := dial(t).Image(t.Context(), s.name+"-extra:1")
	if err != nil || !ok || image.ID != id {
		t.Fatalf("build.tags: %v %v %v, want image %s", image, ok, err, id)
	}
	want := map[string]string{
		"team": "ml", "com.docker.compose.project": s.name, "com.docker.compose.service": "api",
		"com.docker.compose.version": compose.ComposeVersion,
	}
	for k, v := range want {
		if image.Labels[k] != v {
			t.Errorf("label %s is %q, want %q", k, image.Labels[k], v)
		}
	}
	if len(image.Labels) != len(want) {
		t.Errorf("labels %v, want %v and no other", image.Labels, want)
	}
}

func TestBuildSources(t *testing.T) {
	outside := t.TempDir()
	for name, c := range map[string]struct{ dockerfile, section string }{
		"inline":          {section: `{dockerfile_inline: "FROM $BASE\nCOPY . /in/\nRUN : $NAME; ls /in\n"}`},
		"outside":         {section: `{dockerfile: ` + outside + `/api.Dockerfile}`},
		"own ignore file": {dockerfile: "FROM $BASE\nCOPY . /in/\nRUN : $NAME; ls /in\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := buildable(t, c.dockerfile, c.section)
			s.write("keep.txt", "")
			s.write("leave.txt", "")
			s.write(".dockerignore", "leave.txt\n*ockerfile*\n.dockerignore\n*.yaml\n")
			switch name {
			case "outside":
				writeFile(t, filepath.Join(outside, "api.Dockerfile"), s.fill("FROM $BASE\nCOPY . /in/\nRUN : $NAME; ls /in\n"))
			case "own ignore file":
				s.write("Dockerfile.dockerignore", "*\n!keep.txt\n")
				s.write(".dockerignore", "keep.txt\n")
			}
			_, r := s.build()
			r.check(t)
			if got := r.step(t, "ls /in").Log; !slices.Equal(got, []string{"keep.txt"}) {
				t.Errorf("the image got %q, want keep.txt alone", got)
			}
		})
	}
}

// anyLine: Engines differ in whether they give one.
const anyLine = -1

func TestBuildFailures(t *testing.T) {
	for name, c := range map[string]struct {
		dockerfile, section string
		line, exit          int
		last                []string
		says                []string
	}{
		"a command fails": {
			dockerfile: "FROM $BASE AS one\nRUN true\n\nFROM $BASE AS two\nARG CODE=3\nCOPY --from=one /etc/passwd /p\n# next\nRUN echo out; \\\n  echo err >&2; exit $CODE\n",
			line:       8, exit: 3, last: []string{"err", "out"}, says: []string{"RUN echo out", "exit code 3"},
		},
		"only the last lines": {
			dockerfile: "FROM $BASE\nRUN seq 30; exit 1\n", line: 2, exit: 1,
			last: strings.Fields("11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30"),
		},
		"no such command":     {dockerfile: "FROM $BASE\nRUN nocmd\n", line: 2, exit: 127, last: []string{"/bin/sh: nocmd: not found"}, says: []string{"not in the image"}},
		"killed":              {dockerfile: "FROM $BASE\nRUN (sh -c 'kill -9 $$'); exit $?\n", line: 2, exit: 137, last: []string{"Killed"}, says: []string{"memory"}},
		"unknown instruction": {dockerfile: "FROM $BASE\n\nRUNN echo\n", line: 3, says: []string{"unknown instruction", "correct the Dockerfile"}},
		"empty":               {dockerfile: "# nothing\n", line: anyLine, says: []string{"Dockerfile"}},
		"no such target":      {dockerfile: "FROM $BASE AS one\nFROM $BASE AS two\n", section: `{target: nope}`, says: []string{"nope", "one, two"}},
		"no such source":      {dockerfile: "FROM $BASE\nRUN true\nCOPY nothere.txt /\n", line: 3, says: []string{"nothere.txt", ".dockerignore"}},
		"no such folder":      {dockerfile: "FROM $BASE\nCOPY nothere/* /\n", line: 2, says: []string{"nothere", ".dockerignore"}},
		"no such base":        {dockerfile: "FROM $BASE\nFROM localhost:1/none:1\n", line: 2, says: []string{"localhost:1", "refused", "network"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := buildable(t, c.dockerfile, c.section)
			_, r, err := s.try(t.Context())
			r.check(t)
			var p *stack.Problem
			var b *dockerops.BuildError
			if !errors.As(err, &p) || !errors.As(err, &b) {
				t.Fatalf("error %v, want a *stack.Problem of a *BuildError", err)
			}
			if b.Line != c.line && c.line != anyLine || b.ExitCode != c.exit || b.Dockerfile != filepath.Join(s.dir, "Dockerfile") {
				t.Errorf("%s:%d, exit code %d; want line %d, exit code %d", b.Dockerfile, b.Line, b.ExitCode, c.line, c.exit)
			}
			// The order between the two streams is not kept by the Engine.
			last := slices.Sorted(slices.Values(b.LastLines))
			if !slices.Equal(last, c.last) {
				t.Errorf("last lines %q, want %q", last, c.last)
			}
			for _, words := range c.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q: %v", words, err)
				}
			}
			if top := r.step(t, "image "); top.Status != stack.Failed || top.Text == "" {
				t.Errorf("the build's own item ends as %s %q", top.Status, top.Text)
			}
		})
	}
}

func TestBuildWithout(t *testing.T) {
	for name, c := range map[string]struct{ section, says string }{
		"a Dockerfile": {section: `{dockerfile: absent.Dockerfile}`, says: "absent.Dockerfile"},
		"a context":    {section: `{context: absent}`, says: "absent"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := buildable(t, "", c.section).try(t.Context())
			var p *stack.Problem
			if !errors.As(err, &p) || p.Hint == "" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want a hint and %q", err, c.says)
			}
		})
	}
}

// Cancelling ends the build in the Engine: the process of its RUN is gone.
func TestBuildCancel(t *testing.T) {
	marker := "sleep 98765" + fmt.Sprint(os.Getpid())
	s := buildable(t, "FROM $BASE\nRUN echo started; "+marker+"\n", "")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var r recorder
	var seen bool
	r.onLog = func(line string) {
		seen = running(t, marker)
		cancel()
	}
	_, err := dial(t).Build(ctx, s.request(), r.report)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled in its chain", err)
	}
	r.check(t)
	for _, words := range []string{"RUN echo started", "image "} {
		if got := r.step(t, words).Status; got != stack.Cancelled {
			t.Errorf("%s is %s, want cancelled", words, got)
		}
	}
	if !seen {
		t.Skip("the Engine's processes cannot be seen from here")
	}
	if running(t, marker) {
		t.Error("the step's process outlived the cancelled build")
	}
}

// running reports whether a process on this machine, in containers too, has
// the command line.
func running(t *testing.T, command string) bool {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err == nil && strings.TrimRight(strings.ReplaceAll(string(raw), "\x00", " "), " ") == command {
			return true
		}
	}
	return false
}

func TestBuildsInParallel(t *testing.T) {
	dockerfile := "FROM $BASE\nCOPY a /\nRUN true\n"
	one, two := buildable(t, dockerfile, ""), buildable(t, dockerfile, "")
	one.write("a", "1")
	two.write("a", "2")
	e := dial(t)
	var wg sync.WaitGroup
	for _, s := range []*source{one, two, one} { // the same folder twice, too
		wg.Go(func() {
			var r recorder
			if _, err := e.Build(t.Context(), s.request(), r.report); err != nil {
				t.Error(err)
			}
			r.check(t)
		})
	}
	wg.Wait()
}

// Either tool takes the other's image for its own: nothing is built anew, and
// so no container is recreated.
func TestBuildAsDockerCompose(t *testing.T) {
	s := buildable(t, "FROM $BASE\nARG A\nRUN : $NAME $A\nCOPY Dockerfile /\n", `{args: {A: "1"}, labels: {team: ml}, target: ""}`)
	first, _ := s.build()
	dockerCompose(t, s.dir, s.name, "build")
	again, r := s.build()
	if again != first {
		t.Errorf("docker compose made %s of Berth's %s", again, first)
	}
	info, err := enginetest.Client(t).Info(t.Context(), client.InfoOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(info.Info.DriverStatus, func(s [2]string) bool { return s[1] == "io.containerd.snapshotter.v1" }) {
		t.Log("with the containerd store buildx adds an attestation: docker compose's own image is another each time")
		return
	}
	if got := r.step(t, "image ").Status; got != stack.Unchanged {
		t.Errorf("after docker compose Berth's build ends as %s, want unchanged", got)
	}
}

// A second build of a folder waits for the first, and can be cancelled while
// it waits.
func TestBuildWaits(t *testing.T) {
	s := buildable(t, "FROM $BASE\nRUN echo started; sleep 1000\n", "")
	e := dial(t)
	ctx, cancel := context.WithCancel(t.Context())
	second, cancelSecond := context.WithCancel(t.Context())
	var first, waiting recorder
	waiting.onText = func(text string) {
		if strings.HasPrefix(text, "waiting") {
			cancelSecond()
		}
	}
	first.onLog = func(string) {
		_, err := e.Build(second, s.request(), waiting.report)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the second build: %v, want context.Canceled", err)
		}
		cancel()
	}
	if _, err := e.Build(ctx, s.request(), first.report); !errors.Is(err, context.Canceled) {
		t.Errorf("the first build: %v, want context.Canceled", err)
	}
	waiting.check(t)
}

func TestBuildEngineDies(t *testing.T) {
	s := buildable(t, "FROM $BASE\nRUN echo started; sleep 1000\n", "")
	for name, noBuildKit := range map[string]bool{"BuildKit": false, "classic": true} {
		t.Run(name, func(t *testing.T) {
			gate := enginetest.NewProxy(t)
			if noBuildKit {
				gate.WithoutBuildKit()
			}
			var r recorder
			r.onLog = func(line string) {
				if line == "started" {
					gate.Cut()
				}
			}
			_, err := dialTo(t, gate.Host).Build(t.Context(), s.request(), r.report)
			if !errors.Is(err, dockerops.ErrUnreachable) {
				t.Errorf("error %v, want ErrUnreachable in its chain", err)
			}
			r.check(t)
		})
	}
}
