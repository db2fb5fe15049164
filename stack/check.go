package stack

import (
	"fmt"
	"strings"
)

// String is the check's command as it is written.
func (c Check) String() string {
	if len(c.Test) > 1 {
		return strings.Join(c.Test[1:], " ")
	}
	return strings.Join(c.Test, " ")
}

// Timing is when it runs, and what counts: "every 30 s, timeout 10 s, 3 retries".
func (c Check) Timing() string {
	retries := "1 retry"
	if c.Retries != 1 {
		retries = fmt.Sprintf("%d retries", c.Retries)
	}
	list := []string{"every " + Clock(c.Interval), "timeout " + Clock(c.Timeout), retries}
	if c.StartPeriod > 0 {
		list = append(list, "start period "+Clock(c.StartPeriod))
		if c.StartInterval > 0 {
			list = append(list, "every "+Clock(c.StartInterval)+" during it")
		}
	}
	return strings.Join(list, ", ")
}

// From says where the command and the timing come from: "from the image" and, where
// that is another place, "set in the compose file"; empty: that is not known.
func (c Check) From() (command, timing string) {
	command = map[string]string{"compose": "from the compose file", "image": "from the image"}[c.Origin]
	if c.Retimed {
		timing = "set in the compose file"
	}
	return command, timing
}
