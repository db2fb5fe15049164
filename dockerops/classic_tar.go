package dockerops

import (
	"archive/tar"
	"context"
	"io"
	"strings"

	"github.com/tonistiigi/fsutil"
	fstypes "github.com/tonistiigi/fsutil/types"

	"berth/sources"
)

// classicDockerfile is the name under which the Dockerfile is sent: the real one
// may lie outside, be inline or be ignored.
const classicDockerfile = ".berth.Dockerfile"

// writeTar sends what .dockerignore leaves of the context. The Engine leaves
// out of the build what the ignore file that we send names, so that the image
// does not get the two files of ours.
func (s buildSource) writeTar(ctx context.Context, w io.Writer) error {
	ignored, err := s.ignored()
	if err != nil {
		return err
	}
	ignored = append(ignored, classicDockerfile, sources.IgnoreFile)
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
		classicDockerfile:  s.text,
		sources.IgnoreFile: []byte(strings.Join(ignored, "\n")),
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

// ignored are the patterns of what is left out.
func (s buildSource) ignored() ([]string, error) {
	if s.inline {
		return sources.Ignored(s.dir, "")
	}
	return sources.Ignored(s.dir, s.dockerfile)
}
