package dockerops

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/moby/moby/api/types/container"
)

// security reads security_opt as the docker CLI does: a seccomp profile is a
// file here, and systempaths is no option of the Engine's.
func (b blueprint) security(h *container.HostConfig) error {
	for _, opt := range b.service.SecurityOpt {
		if opt == "systempaths=unconfined" {
			h.MaskedPaths, h.ReadonlyPaths = []string{}, []string{}
			continue
		}
		name, value, _ := strings.Cut(opt, "=")
		if !strings.Contains(opt, "=") {
			name, value, _ = strings.Cut(opt, ":") // the older form
		}
		if name == "seccomp" && value != "unconfined" && value != "builtin" {
			profile, err := b.seccomp(value)
			if err != nil {
				return err
			}
			opt = "seccomp=" + profile
		}
		h.SecurityOpt = append(h.SecurityOpt, opt)
	}
	return nil
}

func (b blueprint) seccomp(path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(b.project.Dir, path)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("seccomp profile: %w", err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return "", fmt.Errorf("seccomp profile %s: %w", path, err)
	}
	return compact.String(), nil
}
