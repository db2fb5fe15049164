package theme

import (
	"testing"

	"berth/stack"
)

func TestUsageKeepsItsWidth(t *testing.T) {
	var samples []stack.Sample
	for _, cpu := range []float64{0, 0.1, 0.26, 1, 2.5, 15.99} {
		samples = append(samples, stack.Sample{CPU: cpu, Memory: int64(cpu * 3e9)})
		text := Usage(samples)
		if n := len([]rune(text)); n != UsageWidth {
			t.Errorf("%q takes %d cells, not %d", text, n, UsageWidth)
		}
		if n := len([]rune(Used(samples))); n != UsedWidth {
			t.Errorf("%q takes %d cells, not %d", Used(samples), n, UsedWidth)
		}
	}
	if got, want := Usage(samples[:3]), "  26%      ▁▄█ 780 MB"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Used(samples[:3]), "  26% 780 MB"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if Usage(nil) != "" || Used(nil) != "" {
		t.Error("text of nothing")
	}
}
