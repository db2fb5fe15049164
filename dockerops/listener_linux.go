package dockerops

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/stack"
)

// listener finds the process of this host that listens on a TCP port. Only
// processes whose open files may be read are found.
func listener(port stack.Port) (string, bool) {
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if err != nil {
			continue // no IPv6, or no /proc
		}
		for _, s := range listeners(string(text)) {
			if s.at.Port() == port.Host && overlap(s.at.Addr().String(), port.HostIP) {
				sockets["socket:["+s.inode+"]"] = true
			}
		}
	}
	if len(sockets) == 0 {
		return "", false
	}
	files, err := filepath.Glob("/proc/[0-9]*/fd/*")
	if err != nil {
		return "", false
	}
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil && sockets[target] {
			pid := strings.Split(file, "/")[2]
			name, err := os.ReadFile("/proc/" + pid + "/comm")
			if err != nil {
				return "process " + pid, true
			}
			return fmt.Sprintf("%s, process %s", strings.TrimSpace(string(name)), pid), true
		}
	}
	return "", false
}
