package sources

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/patternmatcher/ignorefile"
)

// IgnoreFile is the file with what is left out of a build.
const IgnoreFile = ".dockerignore"

// Dockerfile reads one. Where "Dockerfile" is not there "dockerfile" is taken,
// as BuildKit's frontend does.
func Dockerfile(path string) (found string, text []byte, err error) {
	text, err = os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && filepath.Base(path) == "Dockerfile" {
		lower := filepath.Join(filepath.Dir(path), "dockerfile")
		if text, err := os.ReadFile(lower); err == nil {
			return lower, text, nil
		}
	}
	return path, text, err
}

// Ignored are the patterns of the Dockerfile's own ignore file, or of the
// context's, as BuildKit's frontend chooses. dockerfile is empty for an inline
// one.
func Ignored(dir, dockerfile string) ([]string, error) {
	paths := []string{filepath.Join(dir, IgnoreFile)}
	if dockerfile != "" {
		paths = append([]string{dockerfile + IgnoreFile}, paths...)
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
