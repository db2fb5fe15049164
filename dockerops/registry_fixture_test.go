package dockerops_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/moby/moby/api/pkg/authconfig"
	"github.com/moby/moby/api/types/registry"
	"github.com/moby/moby/client"
	"golang.org/x/crypto/bcrypt"

	"berth/dockerops/enginetest"
)

const (
	user     = "ann"
	password = "s3:cret"
)

// privateRegistry starts Debian's docker-registry, which asks for user and
// password, and returns its host.
func privateRegistry(t *testing.T) string {
	t.Helper()
	enginetest.Host(t)
	program, err := exec.LookPath("docker-registry")
	if err != nil {
		t.Skip("no docker-registry: install Debian's package of that name")
	}
	dir := t.TempDir()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "htpasswd"), user+":"+string(hash)+"\n")
	writeFile(t, filepath.Join(dir, "config.yml"), fmt.Sprintf(`version: 0.1
storage: {filesystem: {rootdirectory: %[1]s/data}}
http: {addr: "127.0.0.1:0"}
auth: {htpasswd: {realm: test, path: %[1]s/htpasswd}}
`, dir))
	cmd := exec.CommandContext(t.Context(), program, "serve", filepath.Join(dir, "config.yml"))
	cmd.Env = []string{} // it must not take OTEL_… or REGISTRY_… from here
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listening := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		said := regexp.MustCompile(`listening on (127\.0\.0\.1:\d+)`)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := said.FindStringSubmatch(lines.Text()); m != nil {
				listening <- m[1]
			}
		}
		close(listening)
	}()
	t.Cleanup(func() {
		<-done
		_ = cmd.Wait() // killed: the test's context has ended
	})
	host, ok := <-listening
	if !ok {
		t.Fatal("docker-registry ended before it listened")
	}
	return host
}

// publish makes an image that no Engine has, pushes it and forgets it here.
func publish(t *testing.T, host string) (ref string) {
	t.Helper()
	c := enginetest.Client(t)
	name := enginetest.Name(t)
	ref = host + "/" + name + ":1"
	var root bytes.Buffer
	w := tar.NewWriter(&root)
	content := make([]byte, 256<<10)
	_, _ = rand.Read(content) // never fails, see crypto/rand
	if err := w.WriteHeader(&tar.Header{Name: "weights.bin", Mode: 0o644, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	imported, err := c.ImageImport(t.Context(), client.ImageImportSource{Source: &root, SourceName: "-"}, ref, client.ImageImportOptions{
		Changes: []string{"LABEL com.docker.compose.project=" + name}, // for the sweep
	})
	if err != nil {
		t.Fatal(err)
	}
	defer imported.Close()
	if _, err := new(bytes.Buffer).ReadFrom(imported); err != nil {
		t.Fatal(err)
	}
	auth, err := authconfig.Encode(registry.AuthConfig{Username: user, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	pushed, err := c.ImagePush(t.Context(), ref, client.ImagePushOptions{RegistryAuth: auth})
	if err != nil {
		t.Fatal(err)
	}
	if err := pushed.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	forget(t, ref)
	return ref
}

// forget removes an image from the test Engine.
func forget(t *testing.T, ref string) {
	t.Helper()
	if _, err := enginetest.Client(t).ImageRemove(t.Context(), ref, client.ImageRemoveOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
}

// login is a config.json with credentials for a registry.
func login(host, user, password string) string {
	return fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
}

// dockerConfig makes content the docker CLI's config.json.
func dockerConfig(t *testing.T, content string) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "config.json"), content)
	t.Setenv("DOCKER_CONFIG", dir)
}
