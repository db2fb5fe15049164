package load

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The bounds of a load that nobody asked to exceed: more than a model service
// takes on a laptop, and less than what makes the laptop useless.
const (
	MostRate    = 200 // requests a second
	MostWorkers = 32
	MostTime    = time.Minute
	MostCount   = MostRate * 60
)

// openWorkers is how many requests may be under way at a rate: as many as are
// due while a service stalls for two seconds at the highest.
const openWorkers = 2 * MostRate

// Syntax is how Parse has a plan written.
const Syntax = "20/s 10s · 4 workers 10s · 8 workers 500 requests"

// Parse reads a plan from a line.
func Parse(text string) (Plan, error) {
	var p Plan
	words := strings.Fields(text)
	for n := 0; n < len(words); n++ {
		word := words[n]
		if of, ok := strings.CutSuffix(word, "/s"); ok {
			rate, err := strconv.ParseFloat(of, 64)
			if err != nil || rate <= 0 {
				return p, fmt.Errorf("%q is no rate: as in 20/s", word)
			}
			p.Rate = rate
			continue
		}
		if d, err := time.ParseDuration(word); err == nil && d > 0 {
			p.For = d
			continue
		}
		count, err := strconv.Atoi(word)
		if err != nil || count <= 0 || n+1 == len(words) {
			return p, fmt.Errorf("%q is not understood: as in %s", word, Syntax)
		}
		switch n++; strings.TrimSuffix(words[n], "s") {
		case "worker":
			p.Workers = count
		case "request":
			p.Count = count
		default:
			return p, fmt.Errorf("%q is not understood: as in %s", word+" "+words[n], Syntax)
		}
	}
	return p.Complete(false)
}

// ErrBeyond is of a load beyond the bounds, which can be meant.
var ErrBeyond = fmt.Errorf("that is more than %d a second, %d workers, %dm or %d requests", MostRate, MostWorkers, MostTime/time.Minute, MostCount)

// Complete is a plan with all that it leaves open. One beyond the bounds is
// refused unless that is meant.
func (p Plan) Complete(unbounded bool) (Plan, error) {
	if p.Rate < 0 || p.Workers < 0 || p.For < 0 || p.Count < 0 {
		return p, errors.New("a load is not negative")
	}
	if math.IsNaN(p.Rate) || math.IsInf(p.Rate, 0) {
		return p, errors.New("a rate is a number of requests a second")
	}
	switch {
	case p.For == 0 && p.Count == 0:
		p.For = 10 * time.Second
	case p.For == 0 && !unbounded: // a count takes as long as the service does
		p.For = MostTime
	}
	if !unbounded && (p.Rate > MostRate || p.Workers > MostWorkers && p.Rate == 0 || p.For > MostTime || p.Count > MostCount) {
		return p, ErrBeyond
	}
	if p.Rate == 0 && !unbounded {
		p.Most = MostRate
	}
	if p.Workers == 0 {
		p.Workers = 4
		if p.Rate > 0 {
			p.Workers = max(openWorkers, int(2*p.Rate))
		}
	}
	return p, nil
}

// String is the plan in a few words: "20 a second", "4 workers".
func (p Plan) String() string {
	if p.Rate > 0 {
		return fmt.Sprintf("%g a second", p.Rate)
	}
	if p.Workers == 1 {
		return "1 worker"
	}
	return fmt.Sprintf("%d workers", p.Workers)
}
