package dockerops

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestWhatIsAbandoned(t *testing.T) {
	child := exec.Command("true")
	if err := child.Run(); err != nil {
		t.Fatal(err)
	}
	own := strings.Fields(owner())
	with := func(n int, word string) string {
		words := append([]string{}, own...)
		words[n] = word
		return strings.Join(words, " ")
	}
	for name, c := range map[string]struct {
		owner string
		age   time.Duration
		want  bool
	}{
		"this":                    {owner(), 100 * time.Hour, false},
		"its parent":              {own[0] + " " + strconv.Itoa(os.Getppid()) + " " + began(os.Getppid()), 0, false},
		"has ended":               {with(1, strconv.Itoa(child.Process.Pid)), 0, true},
		"another has its number":  {with(2, "1"), 0, true},
		"elsewhere, young":        {with(0, "elsewhere"), time.Hour, false},
		"elsewhere, old":          {with(0, "elsewhere"), 7 * time.Hour, true},
		"nothing is known of it":  {"", 7 * time.Hour, true},
		"something else is there": {"a b", time.Minute, false},
	} {
		if got := abandoned(c.owner, c.age); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
