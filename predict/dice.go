package predict

import (
	"iter"
	"math/big"
	"math/rand/v2"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxDice is how many items of an array are thrown for; those beyond are like
// the last.
const maxDice = 64

// Bodies yields bodies that fit the endpoint's schema, of all that it allows,
// each on one line, without end: the same ones for the same seed. Where luck finds none it is the
// first body, and where not even that fits there are none. Without a schema all
// are like the first.
func (e Endpoint) Bodies(seed uint64) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		first, _, err := e.FirstBody(nil)
		if err != nil {
			return
		}
		if v, err := decode(first); err == nil {
			first = encode(v)
		}
		for i := uint64(0); ; i++ {
			body := first
			if e.schema != nil {
				if b, ok := e.thrown(rand.New(rand.NewPCG(seed, i))); ok {
					body = b
				}
			}
			if !yield(body) {
				return
			}
		}
	}
}

func (e Endpoint) thrown(dice *rand.Rand) ([]byte, bool) {
	_, media := e.doc.resolve("", lookup(e.doc.root, e.media))
	m := newMaker(e.doc)
	m.dice = dice
	v, ok := e.made(m, media)
	return encode(v.value), ok
}

// one is true once in n times.
func (m *maker) one(n int) bool { return m.dice.IntN(n) == 0 }

// length of an array is mostly little more than it has to be.
func (m *maker) length(least, most int) int {
	return min(least+m.dice.IntN(4), max(most, 0))
}

// ways are those through the schemas' choices, in the document's order or by
// the dice.
func (m *maker) ways(all []*jsonschema.Schema) iter.Seq[[]*jsonschema.Schema] {
	if m.dice == nil {
		return expand(all)
	}
	var ways [][]*jsonschema.Schema
	for shape := range expand(all) {
		if ways = append(ways, shape); len(ways) == maxTries {
			break
		}
	}
	m.dice.Shuffle(len(ways), func(i, j int) { ways[i], ways[j] = ways[j], ways[i] })
	return slices.Values(ways)
}

// item makes one that is, where that is asked for, unlike those before it.
func (m *maker) item(variant int, unique bool, before []any, schemas []*jsonschema.Schema) (made, bool) {
	for range 8 {
		v, ok := m.value(variant, schemas...)
		same := func(x any) bool { return string(encode(x)) == string(encode(v.value)) }
		if !ok || !unique || m.dice == nil || !slices.ContainsFunc(before, same) {
			return v, ok
		}
	}
	return made{nil, generated}, false
}

// random is any number of the interval, of an open one any near its bound; nil
// when there is none.
func (in *interval) random(dice *rand.Rand) *big.Rat {
	const steps = 1000 // of an open interval, or one without a grid
	low, high, step := in.nearLow(), in.nearHigh(), in.step
	if step == nil {
		step = big.NewRat(1, 8)
		if low != nil && high != nil {
			step = new(big.Rat).Sub(high, low)
			step.Quo(step, big.NewRat(steps, 1))
		}
	}
	n := big.NewInt(steps)
	span := new(big.Rat).Mul(step, big.NewRat(steps, 1))
	switch {
	case low == nil && high == nil:
		low = new(big.Rat).Neg(span)
	case low == nil:
		low = new(big.Rat).Sub(high, span)
	case high != nil && in.step != nil:
		room := new(big.Rat).Quo(new(big.Rat).Sub(high, low), step)
		if room.Sign() < 0 {
			return nil
		}
		n.Quo(room.Num(), room.Denom())
	}
	k := new(big.Int)
	switch dice.IntN(16) { // where mistakes are: at the bounds
	case 0:
	case 1:
		k.Set(n)
	default:
		k.Add(n, big.NewInt(1))
		k.Rsh(k.Mul(k, big.NewInt(dice.Int64N(1<<32))), 32)
	}
	return new(big.Rat).Add(low, new(big.Rat).Mul(step, new(big.Rat).SetInt(k)))
}

// word is a text of least to most characters, now and then not of ASCII.
func (m *maker) word(least, most int) string {
	letters := []rune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789_-")
	if m.one(8) {
		letters = append(letters, []rune("éßЖ日本語ñ→")...)
	}
	word := make([]rune, min(least+m.dice.IntN(12), most))
	for i := range word {
		word[i] = letters[m.dice.IntN(len(letters))]
	}
	return string(word)
}
