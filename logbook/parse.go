package logbook

import (
	"fmt"
	"strconv"
	"strings"
)

// FilterSyntax is how ParseFilter's text is written, in one line.
const FilterSyntax = `keep  !drop  "two words"  level:warn  in:service  !in:service  context:2`

// ParseFilter reads a filter as a person types it: words that lines must have,
// words with ! before them that they must not have, both regular expressions,
// and level:, in: and context:. Double quotes keep spaces. The error says which
// word is wrong, and why.
func ParseFilter(text string) (Filter, error) {
	var f Filter
	words, err := split(text)
	if err != nil {
		return f, err
	}
	for _, word := range words {
		if err := f.add(word); err != nil {
			return f, fmt.Errorf("%s: %w", word, err)
		}
	}
	return f, nil
}

const mostContext = 1000

func (f *Filter) add(word string) error {
	word, not := strings.CutPrefix(word, "!")
	if name, ok := strings.CutPrefix(word, "in:"); ok {
		if not {
			f.NotServices = append(f.NotServices, name)
		} else {
			f.Services = append(f.Services, name)
		}
		return nil
	}
	if name, ok := strings.CutPrefix(word, "level:"); ok && !not {
		level, err := ParseLevel(name)
		f.Least = level
		return err
	}
	if n, ok := strings.CutPrefix(word, "context:"); ok && !not {
		around, err := strconv.Atoi(n)
		if err != nil || around < 0 || around > mostContext {
			return fmt.Errorf("not a number of lines, at most %d", mostContext)
		}
		f.Context = around
		return nil
	}
	if word == "" {
		return nil // not yet typed
	}
	p, err := Compile(word)
	switch {
	case err != nil:
		return err
	case not:
		f.Drop = append(f.Drop, p)
	default:
		f.Keep = append(f.Keep, p)
	}
	return nil
}

// ParseLevel is the level with a name, as loggers call it.
func ParseLevel(name string) (Level, error) {
	if level := named(name); level != NoLevel {
		return level, nil
	}
	return NoLevel, fmt.Errorf("there is no level %q: trace, debug, info, warn, error, fatal", name)
}

// split cuts text into words; double quotes keep spaces.
func split(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	begun, quoted := false, false
	for _, r := range text {
		switch {
		case r == '"':
			begun, quoted = true, !quoted
		case r == ' ' && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("a quote without its end")
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
