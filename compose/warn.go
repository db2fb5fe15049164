package compose

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/utils"
)

var (
	unset   = regexp.MustCompile(`^The "(.+)" variable is not set\. Defaulting to a blank string\.$`)
	version = regexp.MustCompile(`(?m)^version\s*:`)
)

// warnings puts what compose-go logged in order, once each, with lines.
func (l *loading) warnings() []string {
	var list []string
	add := func(text string) {
		for _, w := range list {
			if w == text {
				return
			}
		}
		list = append(list, text)
	}
	// compose-go warns of a file's version once in a process's life; a person
	// who loads again still has it.
	for _, f := range append(append(sources{}, l.files...), l.included...) {
		if at := version.FindIndex(f.read()); at != nil {
			line := 1 + strings.Count(string(f.content[:at[0]]), "\n")
			add(f.where(line) + ": version is obsolete and ignored; remove it")
		}
	}
	if utils.StringToBool(l.env["COMPOSE_COMPATIBILITY"]) {
		add("COMPOSE_COMPATIBILITY is not honoured: names are joined with -")
	}
	for _, text := range l.logged {
		if strings.Contains(text, "attribute `version` is obsolete") {
			continue
		}
		if m := unset.FindStringSubmatch(text); m != nil {
			name, err := strconv.Unquote(`"` + m[1] + `"`)
			if err != nil {
				name = m[1]
			}
			text = "the variable " + name + " is not set and becomes blank"
			if at := append(l.files.uses(name), l.included.uses(name)...); len(at) > 0 {
				text = strings.Join(at, ", ") + ": " + text
			}
		}
		add(text)
	}
	return list
}
