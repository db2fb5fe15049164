// Package assets is what Berth ships inside its binary: the built-in model
// service, a complete project that a person can run, read and go on from.
package assets

import (
	"embed"
	"io/fs"
)

// all: because the project has dot files and empty __init__.py's.
//
//go:embed all:template
var template embed.FS

// Project is the built-in model service, rooted at its own folder.
func Project() fs.FS {
	project, err := fs.Sub(template, "template")
	if err != nil {
		panic(err) // only an invalid path makes it fail, and the path is above
	}
	return project
}
