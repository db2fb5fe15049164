package predict

import (
	"regexp"
	"strings"
)

// Tolerance says how far two answers may be apart at a place, and at all that
// is beneath it.
type Tolerance struct {
	// Path is the place, as a Difference names it, with or without "$." in
	// front: "churn_probability". A star stands for any index or any part of a
	// name: "items[*].score". Empty, or "$": everywhere.
	Path string
	// Two numbers are equal within either of these, as for pytest.approx.
	Absolute, Relative float64
	Ignore             bool // whatever is there, or is not
}

// Tolerances are those of one comparison. Of several for a place the one whose
// path reaches nearest to it counts, of equally near ones the last. Where there
// is none, numbers have to be the same.
type Tolerances []Tolerance

// reach is where a tolerance counts: the longer the first group of what it
// matches, the nearer.
func (t Tolerance) reach() *regexp.Regexp {
	path := strings.TrimPrefix(strings.TrimPrefix(t.Path, "$"), ".")
	if path == "" {
		return regexp.MustCompile(`^()`)
	}
	path = strings.NewReplacer(`\[\*\]`, `\[\d+\]`, `\*`, `[^.\[\]]*`).Replace(regexp.QuoteMeta(path))
	return regexp.MustCompile(`^(` + path + `)(?:[.\[]|$)`)
}

// within reports whether two numbers with these differences are equal. A number
// that was written as the limit is within it, whatever floating point makes of
// the subtraction: 0.4 is within 0.1 of 0.3.
func (t Tolerance) within(absolute, relative float64) bool {
	const slack = 1 + 1e-9
	return absolute <= t.Absolute*slack || relative <= t.Relative
}

// tolerant finds the tolerance of a place.
type tolerant struct {
	all     Tolerances
	reaches []*regexp.Regexp
}

func (all Tolerances) compile() tolerant {
	t := tolerant{all: all}
	for _, one := range all {
		t.reaches = append(t.reaches, one.reach())
	}
	return t
}

func (t tolerant) at(steps []string) (found Tolerance) {
	path, nearest := "", -1
	if len(t.all) > 1 || len(t.all) == 1 && t.all[0].Path != "" { // else every place has the same
		path = fieldPath(steps)
	}
	for n, reach := range t.reaches {
		if m := reach.FindStringSubmatchIndex(path); m != nil && m[3] >= nearest {
			found, nearest = t.all[n], m[3]
		}
	}
	return found
}
