package compose

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingBinds(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "compose.yaml"), `name: p
services:
  web:
    image: x
    volumes:
      - ./models:/app/models
      - ./there:/there
      - data:/data
      - {type: bind, source: ./strict, target: /strict, bind: {create_host_path: false}}
  other:
    image: x
    volumes: [./elsewhere:/x]
volumes: {data: {}}
`)
	if err := os.Mkdir(filepath.Join(dir, "there"), 0o777); err != nil {
		t.Fatal(err)
	}
	p, err := Load(t.Context(), Options{WorkingDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(p.MissingBinds([]string{"web"}), "\n")
	if want := "./models, which web mounts at /app/models, is not there: the Engine makes it as an empty folder owned by root"; got != want {
		t.Errorf("got %s", got)
	}
}
