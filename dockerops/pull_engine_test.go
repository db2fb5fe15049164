package dockerops_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/dockerops"
	"berth/dockerops/enginetest"
	"berth/stack"
)

func TestPull(t *testing.T) {
	host := privateRegistry(t)
	ref := publish(t, host)
	dockerConfig(t, login(host, user, password))
	e := dial(t)

	var r recorder
	id, err := e.Pull(t.Context(), "api", ref, "", r.report)
	if err != nil {
		t.Fatal(err)
	}
	r.check(t)
	if image, ok, err := e.Image(t.Context(), ref); err != nil || !ok || image.ID != id {
		t.Errorf("the Engine has %v, %v, %v; want image %s", image, ok, err, id)
	}
	layer := r.step(t, "layer ")
	// An Engine with the containerd store counts no bytes of what is soon there.
	if layer.Status != stack.Done || layer.Current != layer.Total || layer.Total != 0 && layer.Total < 256<<10 {
		t.Errorf("the layer of 256 KiB ends as %s, %d of %d bytes", layer.Status, layer.Current, layer.Total)
	}
	if top := r.step(t, "image "); top.Status != stack.Done || top.Text != stack.ShortID(id) || layer.Parent != top.ID {
		t.Errorf("the pull's own item ends as %+v", top)
	}

	r = recorder{}
	if again, err := e.Pull(t.Context(), "api", ref, "", r.report); err != nil || again != id {
		t.Fatalf("a second pull: %s, %v", again, err)
	}
	r.check(t)
	if top := r.step(t, "image "); top.Status != stack.Unchanged {
		t.Errorf("a second pull ends as %s, want unchanged", top.Status)
	}
}

func TestPullHelper(t *testing.T) {
	host := privateRegistry(t)
	ref := publish(t, host)
	dir := t.TempDir()
	script := "#!/bin/sh\nread server\n[ $1 $server = 'get " + host + "' ] && echo '{\"Username\":\"" + user + "\",\"Secret\":\"" + password + "\"}'\n"
	script = strings.Replace(script, "[ $1 $server = ", `[ "$1 $server" = `, 1)
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-berthtest"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	dockerConfig(t, `{"credHelpers":{"`+host+`":"berthtest"}}`)
	if _, err := dial(t).Pull(t.Context(), "api", ref, "", new(recorder).report); err != nil {
		t.Error(err)
	}
}

func TestPullFailures(t *testing.T) {
	host := privateRegistry(t)
	ref := publish(t, host)
	for name, c := range map[string]struct{ config, ref, platform, says string }{
		"without credentials": {config: `{}`, ref: ref, says: "docker login " + host},
		"wrong password":      {config: login(host, user, "wrong"), ref: ref, says: "docker login " + host},
		"no such tag":         {config: login(host, user, password), ref: host + "/none:7", says: "check the name"},
		"no registry":         {config: `{}`, ref: "127.0.0.1:1/x:1", says: "refused"},
		"no image name":       {config: `{}`, ref: "Model", says: "lowercase"},
		"no platform":         {config: `{}`, ref: ref, platform: "a/b/c/d", says: "linux/arm64"},
	} {
		t.Run(name, func(t *testing.T) {
			dockerConfig(t, c.config)
			var r recorder
			_, err := dial(t).Pull(t.Context(), "api", c.ref, c.platform, r.report)
			var p *stack.Problem
			if !errors.As(err, &p) || p.Hint == "" || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want a hint and %q", err, c.says)
			}
			r.check(t)
			if top := r.step(t, "image "); top.Status != stack.Failed {
				t.Errorf("the pull's own item ends as %s", top.Status)
			}
		})
	}
}

// A registry that accepts and never answers is what the real one won't do on
// demand.
func TestPullCancel(t *testing.T) {
	enginetest.Host(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	defer server.CloseClientConnections() // 20.10 asks on for a while
	var r recorder
	_, err := dial(t).Pull(ctx, "api", strings.TrimPrefix(server.URL, "http://")+"/slow:1", "", r.report)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled in its chain", err)
	}
	r.check(t)
	if top := r.step(t, "image "); top.Status != stack.Cancelled {
		t.Errorf("the pull's own item ends as %s, want cancelled", top.Status)
	}
}

// A base image that is not there is pulled with the user's credentials.
func TestBuildFromPrivateRegistry(t *testing.T) {
	host := privateRegistry(t)
	ref := publish(t, host)
	s := buildable(t, "\nFROM "+ref+"\nCOPY Dockerfile /\n", "")

	dockerConfig(t, login(host, user, "wrong"))
	_, r, err := s.try(t.Context())
	r.check(t)
	var b *dockerops.BuildError
	if !errors.As(err, &b) || b.Line != 2 || !strings.Contains(err.Error(), "docker login "+host) {
		t.Errorf("wrong password: %v, want line 2 and docker login", err)
	}

	dockerConfig(t, login(host, user, password))
	_, r = s.build()
	r.check(t)
}
