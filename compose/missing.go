package compose

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
)

// MissingBinds says which folders services mount that are not there: the Engine
// makes them, empty and owned by root, so that what is missing shows up later as
// something else. It looks at this machine, which has to be the Engine's.
func (p *Project) MissingBinds(services []string) []string {
	var notes []string
	for _, name := range slices.Sorted(slices.Values(services)) {
		for _, v := range p.Model.Services[name].Volumes {
			if v.Type != types.VolumeTypeBind || v.Bind == nil || !bool(v.Bind.CreateHostPath) {
				continue
			}
			if _, err := os.Stat(v.Source); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			source := v.Source
			if short, err := filepath.Rel(p.Dir, source); err == nil && filepath.IsLocal(short) {
				source = "./" + filepath.ToSlash(short)
			}
			notes = append(notes, fmt.Sprintf("%s, which %s mounts at %s, is not there: the Engine makes it as an empty folder owned by root", source, name, v.Target))
		}
	}
	return notes
}
