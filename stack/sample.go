package stack

import "time"

// Sample is what a container uses at a moment.
type Sample struct {
	Ref
	At time.Time `json:"at"` // the Engine's clock
	// CPU is in cores since the sample before: 1.5 is one and a half of them.
	CPU float64 `json:"cpu"`
	// Memory is in bytes, without what the kernel can take back from the cache
	// of files: as `docker stats` counts it.
	Memory int64 `json:"memory"`
	Limit  int64 `json:"limit"` // of memory: the container's, or the machine's
}
