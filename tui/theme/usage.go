package theme

import (
	"fmt"
	"strings"

	"berth/stack"
)

// UsageWidth is how many cells Usage takes.
const UsageWidth = cpuWidth + 1 + barCount + 1 + memoryWidth

// UsedWidth is how many cells Used takes.
const UsedWidth = cpuWidth + 1 + memoryWidth

const (
	cpuWidth    = 5 // "1600%"
	memoryWidth = 6 // "105 MB"
	barCount    = 8
	// calm is what the bars are measured against at least, in cores, so that
	// noise does not look like work.
	calm = 0.25
)

var bars = []rune("▁▂▃▄▅▆▇█")

// Usage is samples as a row of a list shows them: the processor in percent of
// one core, now and as bars; and memory.
func Usage(samples []stack.Sample) string {
	if len(samples) == 0 {
		return ""
	}
	now := samples[len(samples)-1]
	return cpu(now) + " " + Right(spark(samples[max(0, len(samples)-barCount):]), barCount) + " " + memory(now)
}

// Used is Usage without the bars, for less room.
func Used(samples []stack.Sample) string {
	if len(samples) == 0 {
		return ""
	}
	now := samples[len(samples)-1]
	return cpu(now) + " " + memory(now)
}

func cpu(s stack.Sample) string    { return Right(fmt.Sprintf("%.0f%%", s.CPU*100), cpuWidth) }
func memory(s stack.Sample) string { return Right(Bytes(s.Memory), memoryWidth) }

func spark(samples []stack.Sample) string {
	most := calm
	for _, s := range samples {
		most = max(most, s.CPU)
	}
	var b strings.Builder
	for _, s := range samples {
		b.WriteRune(bars[min(len(bars)-1, int(max(0, s.CPU)/most*float64(len(bars))))])
	}
	return b.String()
}
