package tui

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"berth/tui/theme"
)

// In ASCII every scene is ASCII, and as wide as it was.
func TestEverySceneInASCII(t *testing.T) {
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				scene.story(s)
				if n := strings.IndexFunc(s.text(), func(r rune) bool { return r > 127 }); n >= 0 {
					t.Errorf("%q is not ASCII in:\n%s", []rune(s.text()[n:])[0], s.text())
				}
				s.sees(" quit")
				s.quitAnyway()
			}, append(scene.changes(), func(o *Options) { o.Settings.ASCII = true })...)
		})
	}
}

// Every glyph that the screen's source has in a text has something that stands
// for it in ASCII.
func TestEveryGlyphHasAnASCIIForm(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var s scanner.Scanner
		set := token.NewFileSet()
		s.Init(set.AddFile(path, -1, len(src)), src, nil, 0)
		for {
			pos, tok, text := s.Scan()
			if tok == token.EOF {
				return nil
			}
			if tok != token.STRING && tok != token.CHAR {
				continue
			}
			if unquoted, err := strconv.Unquote(text); err == nil {
				text = unquoted
			}
			for _, r := range text {
				if r > 127 && theme.ASCII(string(r)) == strings.Repeat("?", theme.Width(string(r))) && !strings.ContainsRune("␛␀␡␊", r) {
					t.Errorf("%s: %q has no form in ASCII: add it to theme/ascii.go", set.Position(pos), r)
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
