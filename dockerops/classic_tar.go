package dockerops

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"
)

const (
	// classicDockerfile is the name under which the Dockerfile is sent: the
	// real one may lie outside, be inline or be ignored.
	classicDockerfile = ".berth.Dockerfile"
	ignoreFile        = ".dockerignore"
)

// writeTar sends what .dockerignore leaves of the context. The Engine leaves
// out of the build what the ignore file that we send names, so that the image
// does not get the two files of ours.
func (s buildSource) writeTar(ctx context.Context, w io.Writer) error {
	ignored, err := s.ignored()
	if err != nil {
		return err
	}
	ignored = append(ignored, classicDockerfile, ignoreFile)
	folder, err := fsutil.NewFS(s.dir)
	if err != nil {
		return err
	}
	folder, err = fsutil.NewFilterFS(folder, &fsutil.FilterOpt{
		ExcludePatterns: ignored,
		// As BuildKit does: who owns a file here means nothing in the image.
		Map: func(_ string, stat *fstypes.Stat) fsutil.MapResult {
			stat.Uid, stat.Gid = 0, 0
			return fsutil.MapResultKeep
		},
	})
	if err != nil {
		return err
	}
	ours := tar.NewWriter(w)
	for name, text := range map[string][]byte{
		classicDockerfile: s.text,
		ignoreFile:        []byte(strings.Join(ignored, "\n")),
	} {
		if err := ours.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			return err
		}
		if _, err := ours.Write(text); err != nil {
			return err
		}
	}
	if err := ours.Flush(); err != nil { // not Close: more comes
		return err
	}
	return fsutil.WriteTar(ctx, folder, w)
}

// ignored are the patterns of the Dockerfile's own ignore file, or of the
// context's, as BuildKit's frontend chooses.
func (s buildSource) ignored() ([]string, error) {
	paths := []string{filepath.Join(s.dir, ignoreFile)}
	if !s.inline {
		paths = append([]string{s.dockerfile + ignoreFile}, paths...)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return ignorefile.ReadAll(bytes.NewReader(text))
	}
	return nil, nil
}
