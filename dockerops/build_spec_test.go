package dockerops

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/google/go-cmp/cmp"

	"berth/compose"
	"berth/stack"
)

// specOf reads a build section of one line as a request would.
func specOf(t *testing.T, section string, environ ...string) (buildSpec, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"compose.yaml":     "services:\n  api:\n    build: " + section + "\n",
		"Dockerfile":       "FROM scratch AS one\n",
		"lower/dockerfile": "FROM scratch AS two\n",
		"secrets.txt":      "",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := compose.Load(context.Background(), compose.Options{WorkingDir: dir, Name: "churn", Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	return newBuildSpec(BuildRequest{Project: p, Service: "api"}, map[string]string{"HTTP_PROXY": "http://proxy:1"})
}

func TestBuildSpecAttrs(t *testing.T) {
	for name, c := range map[string]struct {
		section string
		environ []string
		want    map[string]string // beyond the usual ones
	}{
		"plain":                 {section: "."},
		"target":                {section: "{context: ., target: one}", want: map[string]string{"target": "one"}},
		"arguments":             {section: `{context: ., args: [A=1, FROM_ENV, UNSET, EMPTY=]}`, environ: []string{"FROM_ENV=x"}, want: map[string]string{"build-arg:A": "1", "build-arg:FROM_ENV": "x", "build-arg:EMPTY": ""}},
		"own proxy wins":        {section: `{context: ., args: {HTTP_PROXY: "mine"}}`, want: map[string]string{"build-arg:HTTP_PROXY": "mine"}},
		"labels":                {section: `{context: ., labels: {team: ml}}`, want: map[string]string{"label:team": "ml"}},
		"no cache":              {section: "{context: ., no_cache: true}", want: map[string]string{"no-cache": ""}},
		"pull":                  {section: "{context: ., pull: true}", want: map[string]string{"image-resolve-mode": "pull"}},
		"platform":              {section: "{context: ., platforms: [linux/arm64]}", want: map[string]string{"platform": "linux/arm64"}},
		"several platforms":     {section: "{context: ., platforms: [linux/arm64, linux/amd64]}"},
		"default platform":      {section: ".", environ: []string{"DOCKER_DEFAULT_PLATFORM=linux/amd64"}, want: map[string]string{"platform": "linux/amd64"}},
		"network":               {section: "{context: ., network: host}", want: map[string]string{"force-network-mode": "host"}},
		"default network":       {section: "{context: ., network: default}"},
		"hosts":                 {section: `{context: ., extra_hosts: ["b=10.0.0.2", "a=host-gateway"]}`, want: map[string]string{"add-hosts": "a=172.17.0.1,b=10.0.0.2"}},
		"shared memory":         {section: "{context: ., shm_size: 64m}", want: map[string]string{"shm-size": "67108864"}},
		"limits":                {section: "{context: ., ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}}", want: map[string]string{"ulimit": "nofile=1:2,nproc=5:5"}},
		"the other spelling":    {section: "lower", want: map[string]string{"filename": "dockerfile"}},
		"repository":            {section: "https://git.example/x.git#main:sub", want: map[string]string{"context": "https://git.example/x.git#main:sub"}},
		"repository and inline": {section: `{context: "https://git.example/x.git", dockerfile_inline: FROM scratch}`, want: map[string]string{"context": "https://git.example/x.git", "dockerfilekey": "dockerfile"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := specOf(t, c.section, c.environ...)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{
				"filename": "Dockerfile", "image-resolve-mode": "local", "build-arg:HTTP_PROXY": "http://proxy:1",
				"label:com.docker.compose.project": "churn", "label:com.docker.compose.service": "api",
				"label:com.docker.compose.version": compose.ComposeVersion,
			}
			for k, v := range c.want {
				want[k] = v
			}
			if diff := cmp.Diff(want, s.attrs("172.17.0.1")); diff != "" {
				t.Errorf("attributes, - wanted + got:\n%s", diff)
			}
			if s.wantsGateway() != strings.Contains(c.section, hostGateway) {
				t.Errorf("wants the gateway: %v", s.wantsGateway())
			}
		})
	}
}

func TestBuildSpecProblems(t *testing.T) {
	for name, c := range map[string]struct {
		section string
		environ []string
		says    string
	}{
		"ssh":                  {section: "git@git.example:x.git", says: "ssh"},
		"platform not allowed": {section: "{context: ., platforms: [linux/arm64]}", environ: []string{"DOCKER_DEFAULT_PLATFORM=linux/amd64"}, says: "linux/amd64"},
		"context is a file":    {section: "secrets.txt", says: "not a folder"},
		"local Dockerfile":     {section: "{context: 'https://git.example/x.git', dockerfile: /tmp/Dockerfile}", says: "dockerfile_inline"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := specOf(t, c.section, c.environ...)
			var p *stack.Problem
			if !errors.As(err, &p) || p.Hint == "" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want a hint and %q", err, c.says)
			}
		})
	}
}

func TestBuildSpecBeyond(t *testing.T) {
	s := buildSpec{config: types.BuildConfig{ShmSize: 1, Ulimits: map[string]*types.UlimitsConfig{"nproc": {Single: 1}}}}
	if got := s.beyond("1.41"); len(got) != 2 {
		t.Errorf("Engine 20.10 passes over %q, want shm_size and ulimits", got)
	}
	if got := s.beyond("1.42"); got != nil {
		t.Errorf("Engine 23 passes over %q, want nothing", got)
	}
}

func TestDockerfileShown(t *testing.T) {
	for _, c := range []struct {
		source buildSource
		want   string
	}{
		{buildSource{dockerfile: "/p/Dockerfile"}, "Dockerfile"},
		{buildSource{dockerfile: "/p/api/Dockerfile"}, "api/Dockerfile"},
		{buildSource{dockerfile: "/q/Dockerfile"}, "/q/Dockerfile"},
		{buildSource{dockerfile: "/p/Dockerfile", inline: true}, "dockerfile_inline"},
		{buildSource{dockerfile: "sub/Dockerfile", remote: "https://git.example/x.git"}, "sub/Dockerfile"},
	} {
		if got := c.source.shown("/p"); got != c.want {
			t.Errorf("%+v is shown as %q, want %q", c.source, got, c.want)
		}
	}
}
