package dockerops

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// listening is state 0A of /proc/net/tcp (TCP_LISTEN in Linux' net/tcp_states.h).
const listening = "0A"

// listener finds the process of this host that listens on a TCP port. Only
// processes whose open files may be read are found.
func listener(port uint16) (string, bool) {
	sockets := map[string]bool{}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		for inode := range listeningInodes(table, port) {
			sockets["socket:["+inode+"]"] = true
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

// listeningInodes reads a table of sockets: "sl local_address rem_address st
// tx:rx tr:when retrnsmt uid timeout inode …", the port in hexadecimal.
func listeningInodes(table string, port uint16) map[string]bool {
	inodes := map[string]bool{}
	f, err := os.Open(table)
	if err != nil {
		return inodes // no IPv6, or no /proc
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		field := strings.Fields(lines.Text())
		if len(field) < 10 || field[3] != listening {
			continue
		}
		_, hex, _ := strings.Cut(field[1], ":")
		if n, err := strconv.ParseUint(hex, 16, 16); err == nil && uint16(n) == port {
			inodes[field[9]] = true
		}
	}
	return inodes
}
