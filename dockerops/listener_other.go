//go:build !linux

package dockerops

import "berth/stack"

// listener knows no way to find who listens on a port.
func listener(stack.Port) (string, bool) { return "", false }
