//go:build !unix

package tui

// Programs are not suspended here.

func stop() error { return nil }

func alone() bool { return true }

func onSuspend(func()) (end func()) { return func() {} }
