package tui

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/tui/bind"
)

const readme = "../README.md"

// The README lists every action with its name and keys; -update writes the
// list.
func TestTheReadmeListsEveryAction(t *testing.T) {
	const begin, end = "<!-- actions -->\n", "<!-- /actions -->"
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), begin)
	listed, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatal("the README has no place for the list")
	}
	var want strings.Builder
	want.WriteString("| action | keys | does |\n|---|---|---|\n")
	for _, a := range Actions() {
		keys := make([]string, len(a.Keys))
		for n, k := range a.Keys {
			keys[n] = "`" + strings.ReplaceAll(k, "|", `\|`) + "`"
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", a.ID, strings.Join(keys, " "), a.Desc)
	}
	if listed == want.String() {
		return
	}
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(readme, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the README's list of actions is not what the dashboard can do (-update writes it):\n%s", want.String())
}

// The keys that the README's overview names are keys.
func TestTheReadmesKeysAreReal(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| key | does |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	table = strings.ReplaceAll(table, `\|`, "|")
	all := Actions()
	key := regexp.MustCompile("`([^`]+)`")
	n := 0
	for line := range strings.Lines(table) {
		for _, m := range key.FindAllStringSubmatch(strings.SplitN(line, " | ", 2)[0], -1) {
			n++
			if !slices.ContainsFunc(all, func(a bind.Action) bool {
				return slices.ContainsFunc(a.Keys, func(k string) bool { return strings.EqualFold(bind.Name(k), m[1]) || k == m[1] })
			}) {
				t.Errorf("%s is no key: %s", m[1], line)
			}
		}
	}
	if n < 10 {
		t.Errorf("the README names %d keys only", n)
	}
}
