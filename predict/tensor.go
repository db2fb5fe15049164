package predict

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// datatypes of the protocol that JSON can carry.
var datatypes = []string{"BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES"}

// checkTensor finds what is wrong with a tensor of the Open Inference Protocol:
// its data, nested or in one row, are as many as its shape says, and of its
// datatype.
func checkTensor(o map[string]any) (at []string, text string) {
	shape, hasShape := o["shape"].([]any)
	data, hasData := o["data"].([]any)
	datatype, _ := o["datatype"].(string)
	if !hasShape || !hasData {
		return nil, "" // its type is wrong, which is said elsewhere
	}
	want := 1
	for _, x := range shape {
		n, ok := wholeNumber(x)
		if !ok || n < 0 {
			return nil, ""
		}
		want = min(want*n, 1<<30)
	}
	n, wrong := countValues(data, datatype, []string{"data"})
	switch {
	case wrong != nil:
		return wrong, "is not a " + datatype + " value"
	case n != want:
		return []string{"data"}, fmt.Sprintf("must have %d values, as shape %s says, not %d", want, encode(o["shape"]), n)
	}
	return nil, ""
}

// countValues counts those in lists within lists, and finds the first that is
// not of the datatype.
func countValues(data []any, datatype string, at []string) (n int, wrong []string) {
	for i, x := range data {
		if list, ok := x.([]any); ok {
			more, wrong := countValues(list, datatype, append(at, strconv.Itoa(i)))
			if n += more; wrong != nil {
				return n, wrong
			}
			continue
		}
		if n++; !hasType(x, datatype) {
			return n, append(at, strconv.Itoa(i))
		}
	}
	return n, nil
}

func hasType(v any, datatype string) bool {
	switch v := v.(type) {
	case bool:
		return datatype == "BOOL"
	case string:
		return datatype == "BYTES"
	case json.Number:
		low, high, integer := integerRange(datatype)
		if !integer {
			return datatype != "BOOL" && datatype != "BYTES"
		}
		r, ok := new(big.Rat).SetString(v.String())
		return ok && r.IsInt() && r.Num().Cmp(whole(low)) >= 0 && r.Num().Cmp(whole(high)) <= 0
	}
	return false
}

// integerRange is what an integer of a datatype may be, "INT8" or "UINT64".
func integerRange(datatype string) (low, high json.Number, ok bool) {
	unsigned := strings.HasPrefix(datatype, "U")
	bits, err := strconv.Atoi(strings.TrimPrefix(strings.TrimPrefix(datatype, "U"), "INT"))
	if err != nil || !strings.Contains(datatype, "INT") || bits < 1 || bits > 64 {
		return "", "", false
	}
	if unsigned {
		return "0", json.Number(strconv.FormatUint(1<<bits-1, 10)), true
	}
	return json.Number(strconv.FormatInt(-1<<(bits-1), 10)), json.Number(strconv.FormatInt(1<<(bits-1)-1, 10)), true
}

func whole(n json.Number) *big.Int {
	i, _ := new(big.Int).SetString(n.String(), 10)
	return i
}

// wholeNumber is a JSON number as an int, also where it is written as a string.
func wholeNumber(v any) (int, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

func encodeInt(n int) json.Number { return json.Number(strconv.Itoa(n)) }
