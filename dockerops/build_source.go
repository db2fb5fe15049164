package dockerops

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/util/staticfs"
	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"

	"berth/sources"
	"berth/stack"
)

// inlineName is the Dockerfile that dockerfile_inline stands for.
const inlineName = "Dockerfile"

// buildSource is where a build's files come from.
type buildSource struct {
	remote string // URL that the Engine fetches; empty for a folder
	dir    string // absolute, the context folder
	// dockerfile is the Dockerfile's path, absolute or, for a remote context,
	// inside it. inline: there is no such file, text is all.
	dockerfile string
	inline     bool
	text       []byte // empty for the Dockerfile of a remote context
}

// openSource finds the context and reads the Dockerfile.
func openSource(b *types.BuildConfig) (buildSource, error) {
	s := buildSource{dockerfile: b.Dockerfile, text: []byte(b.DockerfileInline), inline: b.DockerfileInline != ""}
	if s.inline || s.dockerfile == "" {
		s.dockerfile = inlineName
	}
	if isRemote(b.Context) {
		s.remote = b.Context
		return s, s.checkRemote()
	}
	s.dir = b.Context
	if info, err := os.Stat(s.dir); err != nil || !info.IsDir() {
		if err == nil {
			err = errors.New("it is not a folder")
		}
		return s, &stack.Problem{What: "reading the build context", Where: s.dir, Err: err, Hint: "correct build.context in the compose file"}
	}
	if !filepath.IsAbs(s.dockerfile) {
		s.dockerfile = filepath.Join(s.dir, s.dockerfile)
	}
	if s.inline {
		return s, nil
	}
	var err error
	s.dockerfile, s.text, err = sources.Dockerfile(s.dockerfile)
	if err != nil {
		return s, &stack.Problem{What: "reading the Dockerfile", Where: s.dockerfile, Err: err, Hint: "create it, or correct build.dockerfile in the compose file"}
	}
	return s, nil
}

// isRemote tells a URL from a folder as compose does.
func isRemote(context string) bool {
	for _, prefix := range []string{"https://", "http://", "git://", "ssh://", "github.com/", "git@"} {
		if strings.HasPrefix(context, prefix) {
			return true
		}
	}
	return false
}

func (s buildSource) checkRemote() error {
	switch {
	case strings.HasPrefix(s.remote, "ssh://"), strings.HasPrefix(s.remote, "git@"):
		return &stack.Problem{What: "building from " + s.remote, Err: errors.New("builds get no ssh keys"), Hint: "clone it and build from the folder, or use its https URL"}
	case filepath.IsAbs(s.dockerfile):
		return &stack.Problem{What: "building from " + s.remote, Err: fmt.Errorf("its Dockerfile cannot be the local %s", s.dockerfile), Hint: "give a path inside the repository, or use dockerfile_inline"}
	}
	return nil
}

// shown is how an error names the Dockerfile to somebody in the folder dir.
func (s buildSource) shown(dir string) string {
	if s.inline {
		return "dockerfile_inline"
	}
	if near, err := filepath.Rel(dir, s.dockerfile); err == nil && filepath.IsLocal(near) {
		return near
	}
	return s.dockerfile
}

// key tells contexts apart: builds of one context are done one at a time, and
// the Engine keeps one copy of each.
func (s buildSource) key() string { return s.remote + s.dir }

// attrs is what the frontend needs to know about the files.
func (s buildSource) attrs() map[string]string {
	switch {
	case s.remote == "":
		return map[string]string{"filename": filepath.Base(s.dockerfile)}
	case s.inline:
		return map[string]string{"context": s.remote, "filename": inlineName, "dockerfilekey": "dockerfile"}
	}
	return map[string]string{"context": s.remote, "filename": s.dockerfile}
}

// mounts are the folders that the Engine may read during the build. context is
// the build context; nil: the Engine fetches it. lost is told of each file of it
// that cannot be read.
func (s buildSource) mounts(lost func(error)) (_ map[string]fsutil.FS, context *sentFiles, err error) {
	mounts := map[string]fsutil.FS{}
	if s.remote == "" {
		if context, err = newSentFiles(s.dir, lost); err != nil {
			return nil, nil, err
		}
		mounts["context"] = context
	}
	switch {
	case s.inline:
		file := staticfs.NewFS()
		file.Add(inlineName, &fstypes.Stat{Mode: 0o644}, s.text)
		mounts["dockerfile"] = file
	case s.remote == "":
		// Its folder, since Dockerfile.dockerignore may lie beside it.
		folder, err := fsutil.NewFS(filepath.Dir(s.dockerfile))
		if err != nil {
			return nil, nil, err
		}
		mounts["dockerfile"] = folder
	}
	return mounts, context, nil
}
