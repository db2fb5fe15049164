package suite

import (
	"fmt"
	"regexp"
)

var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Expand puts values of the environment in place of ${NAME}, so that a secret
// need not stand in the file. The error names those that are not set.
func Expand(text string, lookup func(name string) (string, bool)) (string, error) {
	var err error
	text = reference.ReplaceAllStringFunc(text, func(ref string) string {
		value, ok := lookup(ref[2 : len(ref)-1])
		if !ok && err == nil {
			err = fmt.Errorf("%s is not set in the environment", ref[2:len(ref)-1])
		}
		return value
	})
	return text, err
}
