package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/stack"
	"berth/store"
	"berth/tui/theme"
)

// chooseTheme is the theme of the settings: one that is built in, or a file in
// the folder themes beside the user's settings. What is wrong with it is told,
// and leaves what can be had of it.
func chooseTheme(s *store.Settings) (theme.Choice, []error) {
	if slices.Contains(theme.Names(), s.Theme) {
		return theme.Choice{Name: s.Theme}, nil
	}
	dir, err := store.ConfigDir()
	if err != nil {
		return theme.Choice{}, []error{err}
	}
	file := filepath.Join(dir, "themes", s.Theme+".toml")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("there is no theme %q, and no such file", s.Theme)
	}
	if err != nil {
		return theme.Choice{}, []error{&stack.Problem{
			What: "reading the theme", Where: file, Err: err, Hint: "there are " + strings.Join(theme.Names(), ", "),
		}}
	}
	own, errs := theme.Read(file, text)
	return theme.Choice{Name: s.Theme, Own: own}, errs
}

// ownThemes are the themes that a person wrote, to choose from on the screen.
// One that cannot be read is no choice; what is wrong with it is told when it
// is the one of the settings.
func ownThemes() []theme.Choice {
	dir, err := store.ConfigDir()
	if err != nil {
		return nil // chooseTheme tells
	}
	files, err := filepath.Glob(filepath.Join(dir, "themes", "*.toml"))
	if err != nil {
		return nil // the pattern is a good one
	}
	var all []theme.Choice
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		if own, _ := theme.Read(f, text); own != nil {
			all = append(all, theme.Choice{Name: strings.TrimSuffix(filepath.Base(f), ".toml"), Own: own})
		}
	}
	return all
}

// asciiOnly reports whether the screen is drawn in ASCII.
func asciiOnly(s *store.Settings) bool {
	return s.Glyphs == "ascii" || s.Glyphs == "auto" && theme.NeedsASCII(os.Getenv)
}
