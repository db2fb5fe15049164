package dockerops

import (
	"encoding/base64"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/registry"

	"berth/stack"
)

// dockerConfig writes a config.json and reads it back as Berth does.
func dockerConfig(t *testing.T, content string) cliConfig {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readCLIConfig(dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// installHelper puts docker-credential-NAME, a shell script, first on PATH.
func installHelper(t *testing.T, name, script string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "docker-credential-"+name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

func basic(userAndPassword string) string {
	return base64.StdEncoding.EncodeToString([]byte(userAndPassword))
}

func TestLookup(t *testing.T) {
	// The helper knows one registry, and nothing of any other.
	installHelper(t, "here", `read server; case $server in
helped.example) echo '{"ServerURL":"helped.example","Username":"kim","Secret":"h1"}' ;;
token.example) echo '{"Username":"<token>","Secret":"t1"}' ;;
*) echo 'credentials not found in native keychain'; exit 1 ;; esac`)
	file := `{"auths":{
		"registry.example:5000":{"auth":"` + basic("ann:a:1") + `"},
		"https://old.example/v1/":{"auth":"` + basic("old:o1") + `"},
		"https://index.docker.io/v1/":{"auth":"` + basic("hub:u1") + `"},
		"id.example":{"auth":"` + basic("x:") + `","identitytoken":"i1"}},
		"credHelpers":{"helped.example":"here","token.example":"here","unknown.example":"here"}}`
	for _, c := range []struct {
		host, env string
		want      registry.AuthConfig
	}{
		{host: "registry.example:5000", want: registry.AuthConfig{Username: "ann", Password: "a:1"}},
		{host: "old.example", want: registry.AuthConfig{Username: "old", Password: "o1"}},
		{host: "docker.io", want: registry.AuthConfig{Username: "hub", Password: "u1"}},
		{host: "registry-1.docker.io", want: registry.AuthConfig{Username: "hub", Password: "u1"}},
		{host: "id.example", want: registry.AuthConfig{Username: "x", IdentityToken: "i1"}},
		{host: "helped.example", want: registry.AuthConfig{Username: "kim", Password: "h1"}},
		{host: "token.example", want: registry.AuthConfig{IdentityToken: "t1"}},
		{host: "unknown.example"},
		{host: "nobody.example"},
		{
			host: "helped.example", env: `{"auths":{"helped.example":{"auth":"` + basic("ci:e1") + `"}}}`,
			want: registry.AuthConfig{Username: "ci", Password: "e1"},
		},
		{
			host: "helped.example", env: `{"auths":{"other.example":{"auth":"` + basic("ci:e1") + `"}}}`,
			want: registry.AuthConfig{Username: "kim", Password: "h1"},
		},
	} {
		t.Run(c.host, func(t *testing.T) {
			t.Setenv(authVariable, c.env)
			got, err := dockerConfig(t, file).lookup(t.Context(), authKey(c.host))
			if err != nil {
				t.Fatal(err)
			}
			got.ServerAddress = ""
			if got != c.want {
				t.Errorf("credentials for %s = %+v, want %+v", c.host, got, c.want)
			}
		})
	}
}

func TestLookupGeneralHelper(t *testing.T) {
	installHelper(t, "all", `read server; echo '{"Username":"all","Secret":"'$server'"}'`)
	c := dockerConfig(t, `{"credsStore":"all","auths":{"a.example":{}}}`)
	got, err := c.lookup(t.Context(), "a.example")
	if err != nil {
		t.Fatal(err)
	}
	if got.Username != "all" || got.Password != "a.example" {
		t.Errorf("got %+v, want what the helper says", got)
	}
}

func TestLookupProblems(t *testing.T) {
	installHelper(t, "locked", `echo 'the keychain is locked' >&2; exit 1`)
	for name, c := range map[string]struct{ file, env, says string }{
		"not base64":         {file: `{"auths":{"a.example":{"auth":"%%"}}}`, says: "docker login a.example"},
		"no colon":           {file: `{"auths":{"a.example":{"auth":"` + basic("ann") + `"}}}`, says: "user:password"},
		"helper missing":     {file: `{"credsStore":"absent"}`, says: "docker-credential-absent"},
		"helper fails":       {file: `{"credsStore":"locked"}`, says: "the keychain is locked"},
		"environment broken": {file: `{}`, env: `{`, says: authVariable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(authVariable, c.env)
			_, err := dockerConfig(t, c.file).lookup(t.Context(), "a.example")
			var p *stack.Problem
			if !errors.As(err, &p) || p.Hint == "" {
				t.Fatalf("error %v, want a *stack.Problem with a hint", err)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q does not say %q", err, c.says)
			}
		})
	}
}

func TestRegistryOf(t *testing.T) {
	for ref, want := range map[string]string{
		"prom/prometheus:v3.5.0":                               hubKey,
		"docker.io/library/busybox":                            hubKey,
		"localhost:5000/team/model:1":                          "localhost:5000",
		"ghcr.io/team/model@sha256:" + strings.Repeat("a", 64): "ghcr.io",
	} {
		named, err := reference.ParseNormalizedNamed(ref)
		if err != nil {
			t.Fatal(err)
		}
		if got := registryOf(named); got != want {
			t.Errorf("registryOf(%s) = %q, want %q", ref, got, want)
		}
	}
}

func TestProxyEnv(t *testing.T) {
	c := dockerConfig(t, `{"proxies":{
		"default":{"httpProxy":"http://p:1","noProxy":"localhost"},
		"unix:///x.sock":{"httpsProxy":"http://q:2"}}}`)
	if got, want := c.proxyEnv("tcp://elsewhere:2375"), map[string]string{
		"HTTP_PROXY": "http://p:1", "http_proxy": "http://p:1", "NO_PROXY": "localhost", "no_proxy": "localhost",
	}; !maps.Equal(got, want) {
		t.Errorf("default: %v, want %v", got, want)
	}
	if got, want := c.proxyEnv("unix:///x.sock"), map[string]string{
		"HTTPS_PROXY": "http://q:2", "https_proxy": "http://q:2",
	}; !maps.Equal(got, want) {
		t.Errorf("an Engine's own entry: %v, want %v", got, want)
	}
}
