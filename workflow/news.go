package workflow

import (
	"fmt"
	"time"

	"berth/compose"
	"berth/stack"
)

// News is what following has to say: one of these at a time.
type News struct {
	At time.Time `json:"at"`
	// Scope is what is watched from now on.
	Scope *Scope `json:"watching,omitempty"`
	// Order is something to do.
	Order *Order `json:"order,omitempty"`
	// Unchanged are files that were written, with the content that they had.
	Unchanged []string `json:"unchanged,omitempty"`
	// Left is why nothing follows for files that changed.
	Left *Left `json:"left,omitempty"`
	// Project is the project anew, its files having changed.
	Project *compose.Project `json:"-"`
}

// Scope is what is watched.
type Scope struct {
	Folders int         `json:"folders"` // and single files
	Rules   []Following `json:"rules"`
	Notes   []string    `json:"notes,omitempty"` // what is not, and why
}

// Following is what follows for a service when files change.
type Following struct {
	Service string `json:"service"`
	Path    string `json:"path"`
	Does    string `json:"does"`
}

// Left is files that changed and of which nothing follows.
type Left struct {
	Service string             `json:"service"`
	Files   []stack.FileChange `json:"files"`
	Why     string             `json:"why"`
}

// String is what is watched in short: "watching 3 folders".
func (s Scope) String() string {
	if s.Folders == 1 {
		return "watching 1 folder"
	}
	return fmt.Sprintf("watching %d folders", s.Folders)
}

// String is the news in one line, of untrusted text; of a Scope the short form.
func (n News) String() string {
	switch {
	case n.Scope != nil:
		return n.Scope.String()
	case n.Order != nil:
		return n.Order.String()
	case n.Left != nil:
		return Order{Files: n.Left.Files}.Cause() + ": " + n.Left.Why
	case n.Project != nil:
		return "the compose file changed"
	case len(n.Unchanged) == 1:
		return n.Unchanged[0] + " was written, but not changed: nothing to do"
	case len(n.Unchanged) > 1:
		return fmt.Sprintf("%s and %d more were written, but not changed: nothing to do", n.Unchanged[0], len(n.Unchanged)-1)
	default:
		return ""
	}
}
