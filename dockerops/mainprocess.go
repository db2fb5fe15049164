package dockerops

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"berth/stack"
)

// MainProcess looks at the process that a role's container is: what it runs, and
// what it does with the signal that stops it. An error when the container does
// not run, or cannot be looked into.
func (e *Engine) MainProcess(ctx context.Context, r stack.Ref) (stack.MainProcess, error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return stack.MainProcess{}, err
	}
	m, err := e.mainProcess(ctx, c)
	if err != nil {
		return m, e.problem(ctx, "looking at PID 1 of "+r.String(), err)
	}
	return m, nil
}

func (e *Engine) mainProcess(ctx context.Context, c container.InspectResponse) (stack.MainProcess, error) {
	text, err := e.proc(ctx, c, "cmdline", "status")
	if err != nil {
		return stack.MainProcess{}, err
	}
	signal := ""
	if c.Config != nil {
		signal = c.Config.StopSignal
	}
	return readProcess(text, signal), nil
}

// Listening is where the processes in a role's container listen for TCP.
func (e *Engine) Listening(ctx context.Context, r stack.Ref) ([]netip.AddrPort, error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return nil, err
	}
	text, err := e.proc(ctx, c, "net/tcp", "net/tcp6")
	if err != nil {
		return nil, e.problem(ctx, "looking at where "+r.String()+" listens", err)
	}
	var all []netip.AddrPort
	for _, s := range listeners(text) {
		all = append(all, s.at)
	}
	return all, nil
}

// proc is what the kernel says of a container's main process, in files of its
// /proc joined into one text. Where the Engine runs on this host they are read
// there, which needs no privilege and leaves no trace; the process's cgroup tells
// whether it is the container's, since the number may be one of a virtual
// machine's. Elsewhere `cat` runs in the container, if its image has that.
func (e *Engine) proc(ctx context.Context, c container.InspectResponse, files ...string) (string, error) {
	if c.State == nil || !c.State.Running || c.State.Pid == 0 {
		return "", errNotRunning
	}
	if text, ok := e.hostProc(c, files); ok {
		return text, nil
	}
	if c.HostConfig != nil && c.HostConfig.PidMode != "" {
		return "", errors.New("PID 1 in there is not its own")
	}
	argv := []string{"cat"}
	for _, f := range files {
		argv = append(argv, "/proc/1/"+f)
	}
	out, err := e.exec(ctx, c.ID, client.ExecCreateOptions{Cmd: argv})
	switch {
	case err != nil:
		return "", err
	case out.ExitCode != 0 && !strings.Contains(out.Output, "local_address"): // a kernel without IPv6 lacks one table
		return "", fmt.Errorf("cat in it exits %d", out.ExitCode)
	}
	return out.Output, nil
}

var errNotRunning = errors.New("it does not run")

func (e *Engine) hostProc(c container.InspectResponse, files []string) (string, bool) {
	if e.at.url.Scheme != "unix" {
		return "", false
	}
	dir := "/proc/" + strconv.Itoa(c.State.Pid) + "/"
	group, err := os.ReadFile(dir + "cgroup")
	if err != nil || !strings.Contains(string(group), c.ID) {
		return "", false
	}
	var all strings.Builder
	for n, f := range files {
		text, err := os.ReadFile(dir + f)
		if err != nil && n == 0 {
			return "", false
		}
		all.Write(text)
	}
	return all.String(), true
}

// readProcess reads cmdline and status of a process, joined: the former ends
// with a NUL and the latter has none.
func readProcess(text, signal string) stack.MainProcess {
	end := strings.LastIndexByte(text, 0)
	m := stack.MainProcess{Argv: strings.Split(strings.TrimRight(text[:max(0, end)], "\x00"), "\x00")}
	number := stack.SignalNumber(signal)
	m.Signal = stack.SignalName(number)
	var caught, blocked, ignored bool
	for line := range strings.Lines(text[end+1:]) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		fields := strings.Fields(value)
		if len(fields) == 0 {
			continue
		}
		mask, err := strconv.ParseUint(fields[0], 16, 64)
		in := err == nil && number > 0 && mask&(1<<(number-1)) != 0
		switch name {
		case "NSpid": // as seen from each namespace, the innermost last
			m.First = fields[len(fields)-1] == "1"
		case "SigCgt":
			caught = in
			m.Handling = stack.Default
		case "SigBlk":
			blocked = in // and waited for
		case "SigIgn":
			ignored = in
		}
	}
	m.Argv = slices.DeleteFunc(m.Argv, func(s string) bool { return s == "" })
	switch {
	case number <= 0 || number > 64 || m.Handling == stack.HandlingUnknown:
		m.Handling = stack.HandlingUnknown
	case caught || blocked || m.Init():
		m.Handling = stack.Caught
	case ignored:
		m.Handling = stack.Ignored
	}
	return m
}
