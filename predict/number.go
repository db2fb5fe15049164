package predict

import (
	"encoding/json"
	"math/big"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// interval is where a number has to be, and the grid it has to be on. That a
// bound itself may be excluded is left to the checker, which asks for another
// variant then.
type interval struct {
	low, high *big.Rat // nil: no bound
	step      *big.Rat // nil: any fraction
}

// number prefers 1 (many features are logged or divided by), then 0, then what is
// nearest to a bound; with dice it is any that is allowed.
func (m *maker) number(shape []*jsonschema.Schema, whole bool, variant int) (any, bool) {
	var in interval
	if whole {
		in.step = big.NewRat(1, 1)
	}
	for _, s := range shape {
		for _, low := range []*big.Rat{s.Minimum, s.ExclusiveMinimum} {
			if low != nil && (in.low == nil || low.Cmp(in.low) > 0) {
				in.low = low
			}
		}
		for _, high := range []*big.Rat{s.Maximum, s.ExclusiveMaximum} {
			if high != nil && (in.high == nil || high.Cmp(in.high) < 0) {
				in.high = high
			}
		}
		if s.MultipleOf != nil && s.MultipleOf.Sign() > 0 {
			in.step = leastCommonMultiple(in.step, s.MultipleOf)
		}
	}
	if m.dice != nil {
		if v := in.random(m.dice); v != nil {
			return number(v), true
		}
		return json.Number("0"), false
	}
	for _, v := range []*big.Rat{big.NewRat(1, 1), big.NewRat(0, 1), in.nearLow(), in.nearHigh()} {
		if v == nil || !in.has(v) {
			continue
		}
		if v = in.other(v, variant); in.has(v) {
			return number(v), true
		}
	}
	return json.Number("0"), false
}

func (in *interval) has(v *big.Rat) bool {
	return (in.low == nil || v.Cmp(in.low) >= 0) && (in.high == nil || v.Cmp(in.high) <= 0) &&
		(in.step == nil || new(big.Rat).Quo(v, in.step).IsInt())
}

// nearLow is the lowest number on the grid.
func (in *interval) nearLow() *big.Rat {
	if in.low == nil || in.step == nil {
		return in.low
	}
	v := onGrid(in.low, in.step)
	if v.Cmp(in.low) < 0 {
		v.Add(v, in.step)
	}
	return v
}

func (in *interval) nearHigh() *big.Rat {
	if in.high == nil || in.step == nil {
		return in.high
	}
	return onGrid(in.high, in.step)
}

// other is a different number for each variant, up from v while there is room,
// then down.
func (in *interval) other(v *big.Rat, variant int) *big.Rat {
	n := big.NewRat(int64(variant), 1)
	if in.step == nil && in.low != nil && in.high != nil { // fractions of what is left
		room := new(big.Rat).Sub(in.high, v)
		if room.Sign() == 0 {
			room.Sub(in.low, v)
		}
		n.Quo(n, big.NewRat(int64(variant)+1, 1))
		return n.Add(v, n.Mul(n, room))
	}
	if in.step != nil {
		n.Mul(n, in.step)
	}
	if up := new(big.Rat).Add(v, n); in.has(up) {
		return up
	}
	return n.Sub(v, n)
}

// onGrid is the greatest multiple of step that is not above v.
func onGrid(v, step *big.Rat) *big.Rat {
	q := new(big.Rat).Quo(v, step)
	n := new(big.Int).Div(q.Num(), q.Denom()) // rounds down: the denominator is positive
	return q.Mul(q.SetInt(n), step)
}

func leastCommonMultiple(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	// Of reduced fractions: lcm of the numerators over gcd of the denominators.
	gcd := new(big.Int).GCD(nil, nil, a.Num(), b.Num())
	lcm := new(big.Int).Mul(a.Num(), new(big.Int).Quo(b.Num(), gcd))
	return new(big.Rat).SetFrac(lcm, new(big.Int).GCD(nil, nil, a.Denom(), b.Denom()))
}

// number writes v as people do: no fraction where there is none, an exponent
// only beyond 20 digits.
func number(v *big.Rat) json.Number {
	digits, exact := v.FloatPrec()
	if !exact {
		digits = 17
	}
	s := v.FloatString(digits)
	if len(s) > 20 {
		f, _ := v.Float64()
		s = strconv.FormatFloat(f, 'g', -1, 64)
	}
	return json.Number(s)
}
