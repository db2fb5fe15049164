package workflow

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"berth/sources"
	"berth/stack"
)

// kept is manifests by ID.
type kept map[string]sources.Manifest

func (k kept) Save(string, any) error { return nil }
func (k kept) Load(id string, v any) (bool, error) {
	m, ok := k[id]
	if ok {
		*v.(*sources.Manifest) = m
	}
	return ok, nil
}

func TestModel(t *testing.T) {
	sum := func(text string) string { s := sha256.Sum256([]byte(text)); return string(s[:]) }
	built := kept{"sha256:1": {Trees: []sources.Listing{{Files: []sources.File{
		{Path: "m.pkl", Sum: sum("at the top")}, {Path: "models/m.pkl", Sum: sum("the model")}, {Path: "models/large.bin", Sum: "written 7"},
	}}}}}
	for _, test := range []struct {
		what, path, host string
		image            string
		mounts           []stack.Mount
		mounted, sum     string
	}{
		{what: "none is named", image: "sha256:1"},
		{what: "in the image", path: "/app/models/m.pkl", image: "sha256:1", sum: "the model"},
		{what: "at the top of the context", path: "/srv/m.pkl", image: "sha256:1", sum: "at the top"},
		{what: "not in the context", path: "/srv/other.pkl", image: "sha256:1"},
		{what: "not read, for it is large", path: "/app/models/large.bin", image: "sha256:1"},
		{what: "relative to who knows what", path: "models/m.pkl", image: "sha256:1"},
		{what: "built by another tool", path: "/app/models/m.pkl", image: "sha256:2"},
		{what: "mounted", path: "/app/models/m.pkl", image: "sha256:1", mounts: []stack.Mount{{Type: "bind", Source: "/home/me/models", Target: "/app/models"}}, mounted: "/home/me/models/m.pkl"},
		{
			what: "the innermost mount", path: "/app/models/m.pkl", image: "sha256:1", mounted: "/b/m.pkl",
			mounts: []stack.Mount{{Type: "bind", Source: "/b", Target: "/app/models"}, {Type: "bind", Source: "/a", Target: "/app"}, {Type: "bind", Source: "/c", Target: "/app/mod"}},
		},
		{what: "in a volume", path: "/app/models/m.pkl", image: "sha256:1", mounts: []stack.Mount{{Type: "volume", Source: "models", Target: "/app/models"}}},
		{what: "on another host", host: "far.test", path: "/app/models/m.pkl", image: "sha256:1", mounts: []stack.Mount{{Type: "bind", Source: "/home/me/models", Target: "/app/models"}}},
	} {
		d := stack.Detail{Env: map[string]string{"MODEL_PATH": test.path}, Mounts: test.mounts}
		d.ImageID = test.image
		want := Model{Path: test.path, Mounted: test.mounted}
		if test.sum != "" {
			want.Sum = hex.EncodeToString([]byte(sum(test.sum)))
		}
		if got := (Stack{PublishHost: test.host, Manifests: built}).model(d); got != want {
			t.Errorf("%s: got %+v, want %+v", test.what, got, want)
		}
	}
	if got := (Stack{}).model(stack.Detail{Env: map[string]string{"MODEL_PATH": "/m"}}); strings.Contains(got.Sum, "0") {
		t.Errorf("without manifests: %+v", got)
	}
}
