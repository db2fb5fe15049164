package compose

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestChangesAreTold(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "compose.yaml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("compose.yaml", "services:\n  web:\n    image: ${IMAGE:-a}\n    env_file: web.env\n")
	write("web.env", "A=1\n")
	o := Options{WorkingDir: dir, Environ: []string{"HOME=" + dir}}
	synctest.Test(t, func(t *testing.T) {
		p, err := Load(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		told := make(chan string, 9)
		go func() {
			defer close(told)
			for p, err := range Changes(ctx, o, p, time.Second) {
				if err != nil {
					told <- err.Error()
				} else {
					told <- "image " + p.Model.Services["web"].Image
				}
			}
		}()
		pass := func(want string) {
			t.Helper()
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if n := len(told); n != 1 {
				t.Fatalf("told %d times, want %q once", n, want)
			}
			if got := <-told; !strings.Contains(got, want) {
				t.Errorf("told %q, want %q", got, want)
			}
		}
		time.Sleep(10 * time.Second) // nothing
		write("compose.yaml", "services:\n  web:\n    image: bb\n    env_file: web.env\n")
		pass("image bb")
		write("compose.yaml", "services:\n  web:\n    image: [\n")
		pass("compose.yaml:")
		write("compose.yaml", "services:\n  web:\n    image: ${IMAGE:-a}\n    env_file: web.env\n")
		pass("image a")
		write(".env", "IMAGE=of-the-environment\n")
		pass("image of-the-environment")
		write("web.env", "A=22\n")
		pass("image of-the-environment")
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		pass("no compose file")
		cancel()
		if got, more := <-told; more {
			t.Errorf("told %q after the end", got)
		}
	})
}
