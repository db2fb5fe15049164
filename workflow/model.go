package workflow

import (
	"encoding/hex"
	"path"
	"path/filepath"
	"strings"

	"berth/sources"
	"berth/stack"
)

// Model is the file that a container has its model in, as far as that is known.
type Model struct {
	Path string `json:"path,omitempty"` // in the container; empty: it does not say
	// Mounted is the file on this machine where it is mounted from here.
	Mounted string `json:"mounted,omitempty"`
	// Sum is the SHA-256 in hex that it was built into the image with; empty: not
	// known, or it is mounted.
	Sum string `json:"sha256,omitempty"`
}

// model follows MODEL_PATH in the environment of the container. Where a folder of
// this machine is mounted there it is a file in it. Else it is in the image: the
// file of the build's context whose path is how MODEL_PATH ends, as the build
// took it, if Berth built the image.
func (s Stack) model(d stack.Detail) Model {
	m := Model{Path: d.Env["MODEL_PATH"]}
	if !path.IsAbs(m.Path) {
		return m
	}
	var over stack.Mount // the innermost one
	inside := ""
	for _, mount := range d.Mounts {
		rel, err := filepath.Rel(mount.Target, m.Path)
		if err == nil && filepath.IsLocal(rel) && len(mount.Target) > len(over.Target) {
			over, inside = mount, rel
		}
	}
	if over.Target != "" {
		if over.Type == "bind" && s.here() {
			m.Mounted = filepath.Join(over.Source, inside)
		}
		return m
	}
	var was sources.Manifest
	if s.Manifests == nil {
		return m
	}
	if ok, err := s.Manifests.Load(d.ImageID, &was); !ok || err != nil {
		return m // then it is not known
	}
	m.Sum = builtIn(was, m.Path)
	return m
}

// builtIn is the sum of the file of a build's contexts whose path is how one in
// the image ends, the longest first.
func builtIn(m sources.Manifest, inImage string) string {
	sums := map[string]string{}
	for _, t := range m.Trees {
		for _, f := range t.Files {
			if f.Mode.IsRegular() {
				sums[f.Path] = f.Sum
			}
		}
	}
	for end := strings.TrimPrefix(path.Clean(inImage), "/"); ; {
		if sum, ok := sums[end]; ok {
			if len(sum) != 32 { // it was not read
				return ""
			}
			return hex.EncodeToString([]byte(sum))
		}
		_, rest, more := strings.Cut(end, "/")
		if !more {
			return ""
		}
		end = rest
	}
}
