package enginetest

import (
	"archive/tar"
	"bytes"
	"context"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

const (
	busyboxTag    = "berth-test/busybox:1"
	busyboxSource = "docker.io/library/busybox:stable"
)

// Busybox returns the tag of an image with busybox and a link for each of its
// applets. It is made once from this machine's static busybox (Debian's
// busybox-static), or pulled where there is none, and stays on the Engine.
func Busybox(t testing.TB) string {
	t.Helper()
	c := Client(t)
	defer lock(t, busyboxTag)()
	_, err := c.ImageInspect(t.Context(), busyboxTag)
	if errdefs.IsNotFound(err) {
		err = makeBusybox(t.Context(), c)
	}
	if err != nil {
		t.Fatalf("image %s: %v", busyboxTag, err)
	}
	return busyboxTag
}

// lock keeps other test processes out until the returned function is called:
// importing twice would leave an untagged image behind.
func lock(t testing.TB, name string) (unlock func()) {
	t.Helper()
	path := filepath.Join(os.TempDir(), strings.NewReplacer("/", "-", ":", "-").Replace(name)+".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatalf("lock %s: %v", path, err)
	}
	return func() { _ = f.Close() } // closing releases the lock
}

func makeBusybox(ctx context.Context, c *client.Client) error {
	path, ok := staticBusybox()
	if !ok {
		return pullBusybox(ctx, c)
	}
	root, err := busyboxRoot(ctx, path)
	if err != nil {
		return err
	}
	res, err := c.ImageImport(ctx, client.ImageImportSource{Source: root, SourceName: "-"}, busyboxTag,
		client.ImageImportOptions{Changes: []string{`CMD ["sh"]`, "ENV PATH=/bin"}})
	if err != nil {
		return err
	}
	defer res.Close()
	_, err = io.Copy(io.Discard, res)
	return err
}

func pullBusybox(ctx context.Context, c *client.Client) error {
	res, err := c.ImagePull(ctx, busyboxSource, client.ImagePullOptions{})
	if err != nil {
		return err
	}
	if err := res.Wait(ctx); err != nil {
		return err
	}
	_, err = c.ImageTag(ctx, client.ImageTagOptions{Source: busyboxSource, Target: busyboxTag})
	return err
}

// staticBusybox finds a busybox that needs no libraries.
func staticBusybox() (string, bool) {
	path, err := exec.LookPath("busybox")
	if err != nil {
		return "", false
	}
	f, err := elf.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return "", false
		}
	}
	return path, true
}

// busyboxRoot is a root file system as a tar.
func busyboxRoot(ctx context.Context, path string) (io.Reader, error) {
	binary, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	applets, err := exec.CommandContext(ctx, path, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --list: %w", path, err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	file := func(name string, mode int64, content string) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(content))}); err != nil {
			return err
		}
		_, err := io.WriteString(w, content)
		return err
	}
	if err := file("bin/busybox", 0o755, string(binary)); err != nil {
		return nil, err
	}
	for _, a := range strings.Fields(string(applets)) {
		if a == "busybox" {
			continue
		}
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "bin/" + a, Linkname: "busybox"}); err != nil {
			return nil, err
		}
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "tmp/", Mode: 0o1777}); err != nil {
		return nil, err
	}
	if err := file("etc/passwd", 0o644, "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"); err != nil {
		return nil, err
	}
	if err := file("etc/group", 0o644, "root:x:0:\nnogroup:x:65534:\n"); err != nil {
		return nil, err
	}
	return &b, w.Close()
}
