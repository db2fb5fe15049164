package stack

import "strconv"

// FileFate is how a file differs from what it was.
type FileFate string

// The fates. Unreadable is one of which it cannot be told.
const (
	FileChanged    FileFate = "changed"
	FileAdded      FileFate = "added"
	FileRemoved    FileFate = "removed"
	FileUnreadable FileFate = "unreadable"
)

// FileChange is a file, or another input of a build, that is not as it was.
type FileChange struct {
	Path string   `json:"path"` // from the project's folder, or "build argument NAME"; untrusted
	Fate FileFate `json:"fate"`
}

// Sources is whether what a container was made from, and the project's folders
// that are mounted in it, are as they were then.
type Sources struct {
	// Unknown is why it cannot be told, or not all of it.
	Unknown string       `json:"unknown,omitempty"`
	Changes []FileChange `json:"changes,omitempty"` // ordered by path
}

// Newer reports whether a file is not as the container has it.
func (s *Sources) Newer() bool { return s != nil && len(s.Changes) > 0 }

// String is "newer (3 files)", "unknown" or "current"; empty for nil.
func (s *Sources) String() string {
	switch {
	case s == nil:
		return ""
	case len(s.Changes) == 1:
		return "newer (1 file)"
	case len(s.Changes) > 1:
		return "newer (" + strconv.Itoa(len(s.Changes)) + " files)"
	case s.Unknown != "":
		return "unknown"
	default:
		return "current"
	}
}
