package suite

import (
	"math"
	"strconv"

	"berth/predict"
	"berth/stack"
)

// Changes is how much answers differ from others.
type Changes struct {
	Flips int `json:"labels_flipped"`
	// Largest is the number that changed most, beyond what it may; labels do
	// not count.
	Largest *Largest `json:"largest,omitempty"`
}

// Largest is a change of a number.
type Largest struct {
	Change float64 `json:"change"` // what it is now less what it was
	Path   string  `json:"path"`   // "$.churn_probability"; safe to show
	Case   string  `json:"case"`
}

// Add takes up the differences of a case.
func (c *Changes) Add(name string, differences []predict.Difference) {
	for _, d := range differences {
		switch {
		case Flipped(d):
			c.Flips++
		case d.Change != nil && (c.Largest == nil || math.Abs(*d.Change) > math.Abs(c.Largest.Change)):
			c.Largest = &Largest{*d.Change, rooted(d.Path), name}
		}
	}
}

// Words are "largest Δ 0.04 at $.p" and "1 label flipped", as far as there is
// something to say.
func (c Changes) Words() (words []string) {
	if c.Largest != nil {
		words = append(words, "largest Δ "+strconv.FormatFloat(math.Abs(c.Largest.Change), 'g', 3, 64)+" at "+c.Largest.Path)
	}
	if c.Flips > 0 {
		words = append(words, stack.Count(c.Flips, "label")+" flipped")
	}
	return words
}
