package theme

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/pelletier/go-toml/v2"

	"berth/stack"
)

// Own is a theme that a person wrote: a file of colours by token, upon one of
// the built-in themes.
type Own struct {
	base    string
	colours palette
}

var hex = regexp.MustCompile(`^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$`)

// Read reads the text of a theme's file. What is wrong in it is reported, with
// its place, and costs that colour only.
func Read(file string, text []byte) (*Own, []error) {
	problem := func(where, hint string, err error) error {
		return &stack.Problem{What: "reading the theme", Where: where, Err: err, Hint: hint}
	}
	values := map[string]any{}
	if err := toml.Unmarshal(text, &values); err != nil {
		where := file
		if syntax, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, column := syntax.Position()
			where = fmt.Sprintf("%s:%d:%d", file, line, column)
		}
		return nil, []error{problem(where, "", err)}
	}
	own, errs := &Own{base: "auto", colours: palette{}}, []error(nil)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		where := file + lineOf(text, key)
		value := fmt.Sprint(values[key])
		switch {
		case key == "base" && slices.Contains(Names(), value):
			own.base = value
		case key == "base":
			errs = append(errs, problem(where, "there are "+strings.Join(Names(), ", "), fmt.Errorf("there is no theme %q to start from", value)))
		case !slices.Contains(tokens, key):
			errs = append(errs, problem(where, "there are base, "+strings.Join(tokens, ", "), fmt.Errorf("a theme has no %q", key)))
		case !isColour(value):
			errs = append(errs, problem(where, `it has to be such as "#6bc46d", or one of the terminal's by its number, 0 to 255`, fmt.Errorf("%s = %q is no colour", key, value)))
		default:
			own.colours[key] = lipgloss.Color(value)
		}
	}
	return own, errs
}

func isColour(s string) bool {
	n, err := strconv.Atoi(s)
	return hex.MatchString(s) || err == nil && n >= 0 && n <= 255
}

// lineOf is where a key of a flat file is.
func lineOf(text []byte, key string) string {
	at := regexp.MustCompile(`(?m)^\s*\[?"?` + regexp.QuoteMeta(key) + `\b`).FindIndex(text)
	if at == nil {
		return ""
	}
	return fmt.Sprintf(":%d", 1+strings.Count(string(text[:at[1]]), "\n"))
}
