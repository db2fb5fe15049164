package watch

import (
	"path"
	"strings"
)

// leftovers are names of files that editors, file systems and version control
// keep beside what one works on (path.Match).
var leftovers = []string{
	"*~", "4913", ".*.sw[nopx]", ".*.swpx", // vim, nano
	".#*", "#*#", // emacs
	"*___jb_tmp___", "*___jb_old___", // JetBrains
	".*.kate-swp", ".goutputstream-*", ".~lock.*#", // kate, gedit, LibreOffice
	".nfs*", ".fuse_hidden*", ".DS_Store",
}

// private are folders that belong to tools.
var private = []string{".git", ".hg", ".svn", ".jj", ".idea"}

// Temporary reports whether a file, or a folder that it is in, is nobody's work:
// an editor's, or version control's own. The path has slashes.
func Temporary(file string) bool {
	for part := range strings.SplitSeq(file, "/") {
		for _, p := range private {
			if part == p {
				return true
			}
		}
	}
	for _, pattern := range leftovers {
		if ok, err := path.Match(pattern, path.Base(file)); ok && err == nil {
			return true
		}
	}
	return false
}
