package dockerops

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// besideLimit is how long a container whose owner is not known, for it is on
// another machine, may run beside a service.
const besideLimit = 6 * time.Hour

// owner names this process, so that others can tell whether it lives: machine,
// namespace, number, and when it began.
func owner() string {
	return strings.Join([]string{processes(), strconv.Itoa(os.Getpid()), began(os.Getpid())}, " ")
}

// processes is where process numbers mean the same.
func processes() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") // Linux alone has these
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	return strings.Join(strings.Fields(fmt.Sprintf("%s-%s-%s", host, boot, namespace)), "")
}

// began tells a process from another that has its number later: field 22 of
// proc_pid_stat(5), counted behind the name, which may have spaces.
func began(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "?"
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	if fields := strings.Fields(rest); len(fields) > 19 {
		return fields[19]
	}
	return "?"
}

// abandoned reports whether an owner is no more.
func abandoned(owner string, age time.Duration) bool {
	words := strings.Fields(owner)
	if len(words) != 3 || words[0] != processes() {
		return age > besideLimit
	}
	pid, err := strconv.Atoi(words[1])
	if err != nil || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return true
	}
	return began(pid) != words[2]
}
