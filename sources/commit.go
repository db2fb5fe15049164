package sources

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
)

// Commit is what git has checked out in a folder: the commit's ID, empty where
// there is none or no git, and whether tracked files of the folder differ from it.
func Commit(ctx context.Context, dir string) (id string, dirty bool, err error) {
	// It takes no lock that another git would have to wait for, and starts none
	// of the programs that a repository's configuration may name.
	out, err := exec.CommandContext(ctx, "git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-C", dir,
		"status", "--porcelain=v2", "--branch", "--untracked-files=no", "--ignore-submodules", "--", ".").Output()
	if _, failed := errors.AsType[*exec.ExitError](err); failed && ctx.Err() == nil || errors.Is(err, exec.ErrNotFound) {
		return "", false, nil // no repository, or not this user's
	}
	if err != nil {
		return "", false, err
	}
	for line := range strings.Lines(string(out)) {
		if oid, ok := strings.CutPrefix(line, "# branch.oid "); ok && !strings.HasPrefix(oid, "(") { // (initial): there is none yet
			id = strings.TrimSpace(oid)
		}
		dirty = dirty || !strings.HasPrefix(line, "#")
	}
	return id, dirty && id != "", nil
}

// Sum is the SHA-256 of a file in hex; empty if it is not any more as info says.
func Sum(path string, info fs.FileInfo) (string, error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return "", err
	}
	now, err := in.Stat()
	if err != nil || now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime()) {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
