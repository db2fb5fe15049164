package dockerops

import (
	"fmt"
	"strings"
	"testing"

	"berth/stack"
)

// The masks are those of real processes: uvicorn under sh -c (SIGINT and SIGCHLD
// only), Prometheus, and nohup.
func TestSignalMasks(t *testing.T) {
	status := func(pid, blocked, ignored, caught string) string {
		return fmt.Sprintf("Name:\tx\nNSpid:\t%s\nSigBlk:\t%s\nSigIgn:\t%s\nSigCgt:\t%s\n", pid, blocked, ignored, caught)
	}
	const none = "0000000000000000"
	for _, c := range []struct {
		name, status, signal string
		want                 stack.Handling
		deaf                 bool
	}{
		{"sh -c", status("4242\t1", none, none, "0000000000010002"), "", stack.Default, true},
		{"the same with a stop_signal that it takes", status("4242\t1", none, none, "0000000000010002"), "SIGINT", stack.Caught, false},
		{"prometheus", status("4242\t1", none, none, "fffffffe7fc1feff"), "SIGTERM", stack.Caught, false},
		{"one that blocks it, to wait for it", status("4242\t1", "fffffffe7ffbfeff", none, none), "", stack.Caught, false},
		{"ignores it", status("4242\t1", none, "0000000000004000", none), "TERM", stack.Ignored, true},
		{"in the host's namespace", status("4242", none, none, none), "15", stack.Default, false},
		{"a signal that is not known", status("4242\t1", none, none, none), "SIGFOO", stack.HandlingUnknown, false},
		{"no masks", "Name:\tx\n", "", stack.HandlingUnknown, false},
	} {
		m := readProcess("/bin/sh\x00-c\x00two\nlines\x00"+c.status, c.signal)
		if m.Handling != c.want || m.Deaf() != c.deaf || strings.Join(m.Argv, "|") != "/bin/sh|-c|two\nlines" {
			t.Errorf("%s: %+v, deaf: %v", c.name, m, m.Deaf())
		}
	}
	if m := readProcess("", ""); m.Handling != stack.HandlingUnknown || len(m.Argv) != 0 {
		t.Errorf("of nothing: %+v", m)
	}
}

func TestListeners(t *testing.T) {
	const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 00000000:1F41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0 100 0 0 10 0
   2: 0100007F:1F42 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 13 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:1F43 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 14 1 0 100 0 0 10 0
   1: 00000000000000000000000001000000:1F44 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 15 1 0 100 0 0 10 0
   2: 0000000000000000FFFF00000100007F:1F45 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 16 1 0 100 0 0 10 0
cat: /proc/1/net/tcp6: No such file or directory
   9: nonsense:ZZ 0 0A 0 0 0 0 0 17
`
	var got []string
	for _, s := range listeners(table) {
		got = append(got, s.at.String()+" "+s.inode)
	}
	want := "127.0.0.1:8000 11, 0.0.0.0:8001 12, [::]:8003 14, [::1]:8004 15, 127.0.0.1:8005 16"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}
