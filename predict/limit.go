package predict

import (
	"encoding/json"
	"math/big"
	"strings"
)

// limit is a bound that a service gives beside its words, as pydantic does:
// "le" and "0". Empty: it gives none.
type limit struct{ word, value string }

// limits are pydantic's names of bounds, and what its first version says instead.
var limits = []struct{ word, phrase string }{
	{"le", "less than or equal to"},
	{"ge", "greater than or equal to"},
	{"lt", "less than"},
	{"gt", "greater than"},
	{"min_length", "at least"},
	{"max_length", "at most"},
}

// limitOf reads the bound in the context of an error.
func limitOf(item *object, message string) limit {
	context, _ := item.get("ctx").(*object)
	old, isOld := context.get("limit_value").(json.Number)
	for _, l := range limits {
		if n, ok := context.get(l.word).(json.Number); ok {
			return limit{l.word, n.String()}
		}
		if isOld && strings.Contains(message, l.phrase) {
			return limit{l.word, old.String()}
		}
	}
	return limit{}
}

// within is the nearest value to a field's that keeps the limit, if that can be
// told: next to one that is not allowed itself there is only a whole number.
func (f Field) within(l limit) (any, bool) {
	bound, ok := new(big.Rat).SetString(l.value)
	if !ok || checkNumber(l.value) != nil {
		return nil, false
	}
	whole := strings.Contains(f.Type, "integer") && !strings.Contains(f.Type, "number")
	switch l.word {
	case "le", "ge":
		return number(bound), true
	case "lt":
		return beyond(bound, -1), whole
	case "gt":
		return beyond(bound, 1), whole
	}
	s, isText := f.given.(string)
	if !isText || !bound.IsInt() || bound.Cmp(big.NewRat(maxText, 1)) > 0 || bound.Sign() < 0 {
		return nil, false
	}
	letters, most := []rune(s), int(bound.Num().Int64())
	if l.word == "max_length" {
		return string(letters[:min(len(letters), most)]), true
	}
	if len(letters) == 0 {
		letters = []rune("x")
	}
	for n := 0; len(letters) < most; n++ {
		letters = append(letters, letters[n])
	}
	return string(letters), true
}
