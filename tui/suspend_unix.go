//go:build unix

package tui

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// stop stops the process and those that belong to the same job, so that its
// shell comes back, and returns when they are continued.
func stop() error {
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return err
	}
	<-continued
	return nil
}

// alone reports whether the process belongs to the first job of its terminal:
// one of xterm -e, ssh or docker run, with no shell that would continue it.
func alone() bool {
	session, err := unix.Getsid(0)
	return err == nil && session == unix.Getpgrp()
}

// onSuspend calls f whenever another process asks for a suspension, as
// `kill -TSTP` does, until it is told to end.
func onSuspend(f func()) (end func()) {
	asked, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(asked, unix.SIGTSTP)
	go func() {
		for {
			select {
			case <-asked:
				f()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(asked)
		close(done)
	}
}
