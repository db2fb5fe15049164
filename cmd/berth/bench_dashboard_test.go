//go:build bench

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"berth/dockerops/enginetest"
)

const (
	many      = 50               // services of the idle dashboard
	idleFor   = 20 * time.Second // that it is watched
	starts    = 9
	floodFor  = time.Minute
	floodKeys = 100
)

// TestMeasureDashboard prints how fast the screen comes, what it costs while
// nothing happens, and how it bears a flood of log lines.
func TestMeasureDashboard(t *testing.T) {
	var file strings.Builder
	file.WriteString("services:\n")
	for n := range many {
		fmt.Fprintf(&file, "  worker-%02d:\n    image: %s\n    command: sleep 3600\n    init: true\n", n, enginetest.Busybox(t))
	}
	b := newRig(t, project(t, file.String()))
	b.berth("up")
	var first, listed, known []time.Duration
	for range starts {
		begun := time.Now()
		s := startProgram(t, b.bin, 120, 36, b.dir, b.env)
		s.shows("berth")
		first = append(first, time.Since(begun))
		s.shows("worker-00")
		listed = append(listed, time.Since(begun))
		s.shows(fmt.Sprintf("%d of %d serving", many, many))
		known = append(known, time.Since(begun))
		s.press("q")
		s.ends(0)
	}
	fmt.Printf("%-22s first frame %v, services listed %v, with the Engine's state %v (medians of %d, %d containers)\n", "dashboard: start",
		median(first).Round(time.Millisecond), median(listed).Round(time.Millisecond), median(known).Round(time.Millisecond), starts, many)

	engine := enginePID(t)
	alone := share(t, idleFor, engine)[0]
	s := startProgram(t, b.bin, 120, 36, b.dir, b.env)
	s.shows(fmt.Sprintf("%d of %d serving", many, many))
	time.Sleep(3 * time.Second) // until its first figures are there
	used := share(t, idleFor, s.cmd.Process.Pid, engine)
	fmt.Printf("%-22s berth %.2f %% of a core, dockerd %.2f %% (without a dashboard %.2f %%), resident %d MB\n", "dashboard: idle",
		used[0], used[1], alone, resident(t, s.cmd.Process.Pid)>>20)
	s.press("q")
	s.ends(0)
	b.berth("down")
}

// flood prints 20,000 lines a second by the clock, a block of 200 at a time, so
// that neither forking nor a busy machine makes it fewer.
const flood = `
block=$(yes "INFO one line of a flood that does not end" | head -n 200)
now() { read -r up _ </proc/uptime; now=${up%.*}${up#*.}; }
now; begun=$now; sent=0
while :; do
  now
  while [ $sent -lt $(((now - begun) * 200)) ]; do echo "$block"; sent=$((sent + 200)); done
  usleep 5000
done`

// TestMeasureFlood prints what 20,000 lines a second cost the dashboard,
// against the least that reads them.
func TestMeasureFlood(t *testing.T) {
	b := newRig(t, project(t, fmt.Sprintf(`services:
  flood:
    image: %[1]s
    command: ["sh", "-c", %[2]q]
    init: true
  quiet:
    image: %[1]s
    command: sleep 3600
    init: true
`, enginetest.Busybox(t), strings.ReplaceAll(flood, "$", "$$"))))
	b.berth("up")

	logs := exec.Command(b.dock, "logs", "-f", "--tail", "0", b.name+"-flood-1")
	lines := &counter{}
	logs.Stdout, logs.Env = lines, b.env
	if err := logs.Start(); err != nil {
		t.Fatal(err)
	}
	s := startProgram(t, b.bin, 120, 36, b.dir, b.env)
	s.shows("INFO one line", "following")
	keys := func(most int, flood string) (took []time.Duration) {
		for range most / 2 {
			took = append(took, s.reacts("j", "▌● quiet"), s.reacts("k", flood))
			time.Sleep(100 * time.Millisecond)
		}
		return took
	}
	before := cpu(t, s.cmd.Process.Pid)
	from := lines.n.Load()
	peerBefore := cpu(t, logs.Process.Pid)
	begun := time.Now()
	presses := keys(floodKeys, "▌● flood")
	var kept []int64 // resident memory, of each ten seconds
	for ; time.Since(begun) < floodFor; time.Sleep(floodFor / 6) {
		kept = append(kept, resident(t, s.cmd.Process.Pid)>>20)
	}
	n := float64(lines.n.Load() - from)
	ours, theirs := cpu(t, s.cmd.Process.Pid)-before, cpu(t, logs.Process.Pid)-peerBefore
	took := time.Since(begun)
	_ = logs.Process.Kill()
	_ = logs.Wait() // it was killed
	b.berth("stop", "flood")
	calm := keys(floodKeys, "▌○ flood")
	fmt.Printf("%-22s %.0f lines/s; CPU per line %.2f× docker logs -f (%.1f against %.1f µs); resident MB each 10 s %v\n", "dashboard: flood",
		n/took.Seconds(), ours.Seconds()/theirs.Seconds(), ours.Seconds()/n*1e6, theirs.Seconds()/n*1e6, kept)
	for what, all := range map[string][]time.Duration{"in the flood": presses, "after it": calm} {
		slices.Sort(all)
		fmt.Printf("%-22s key to frame %-13s median %v, p99 %v of %d\n", "dashboard: flood", what,
			median(all).Round(time.Millisecond), all[len(all)*99/100].Round(time.Millisecond), len(all))
	}
	s.press("q")
	s.ends(0)
}

func project(t *testing.T, file string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "docker-compose.yml"), []byte(file), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// reacts presses a key and returns how long it takes to show a text.
func (term *terminal) reacts(key, text string) time.Duration {
	begun := time.Now()
	term.press(key)
	term.shows(text)
	return time.Since(begun)
}

// counter counts lines.
type counter struct{ n atomic.Int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(bytes.Count(p, []byte("\n"))))
	return len(p), nil
}

// share is how much of a core processes use while a time passes, in percent.
func share(t *testing.T, d time.Duration, pids ...int) []float64 {
	t.Helper()
	before := make([]time.Duration, len(pids))
	for i, pid := range pids {
		before[i] = cpu(t, pid)
	}
	time.Sleep(d)
	used := make([]float64, len(pids))
	for i, pid := range pids {
		used[i] = 100 * (cpu(t, pid) - before[i]).Seconds() / d.Seconds()
	}
	return used
}

// cpu is the processor time that a process has used, of user and system: fields
// 14 and 15 of /proc/PID/stat, in hundredths of a second (proc(5)).
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat := procFile(t, pid, "stat")
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	var ticks int
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// resident is the memory of a process that is in RAM, in bytes.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	for _, line := range strings.Split(procFile(t, pid, "status"), "\n") {
		var kb int64
		if _, err := fmt.Sscanf(line, "VmRSS: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

func procFile(t *testing.T, pid int, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// enginePID is the process of the private engine, whose socket is beside its
// pid file.
func enginePID(t *testing.T) int {
	t.Helper()
	dir := filepath.Dir(strings.TrimPrefix(enginetest.Host(t), "unix://"))
	b, err := os.ReadFile(filepath.Join(dir, "docker.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}
