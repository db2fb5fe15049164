package predict

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/message"
)

// checkWord is a keyword of the documents that Berth writes: it names a check of
// sizes that depend on each other, which JSON Schema has no words for.
const checkWord = "x-berth-check"

// checks say where an object is wrong and what it must be; nothing when it is
// right.
var checks = map[string]func(o map[string]any) (at []string, text string){
	"tensor": checkTensor, "columns": checkColumns, "table": checkTable,
}

var checkKeyword = &jsonschema.Vocabulary{
	URL: "berth:///check",
	Compile: func(_ *jsonschema.CompilerContext, o map[string]any) (jsonschema.SchemaExt, error) {
		name, _ := o[checkWord].(string)
		if check := checks[name]; check != nil {
			return checked(check), nil
		}
		return nil, nil
	},
}

type checked func(o map[string]any) (at []string, text string)

// Validate reports what the check finds.
func (c checked) Validate(ctx *jsonschema.ValidatorContext, v any) {
	o, isObject := v.(map[string]any)
	if !isObject {
		return
	}
	if at, text := c(o); text != "" {
		ctx.AddErr(&jsonschema.ValidationError{InstanceLocation: slices.Concat(ctx.ValueLocation(), at), ErrorKind: misfit(text)})
	}
}

// checkColumns: all have as many rows.
func checkColumns(o map[string]any) (at []string, text string) {
	first, rows := "", 0
	for _, name := range slices.Sorted(maps.Keys(o)) {
		switch list, ok := o[name].([]any); {
		case !ok:
		case first == "":
			first, rows = name, len(list)
		case len(list) != rows:
			return []string{name}, fmt.Sprintf("must have %d items, as %s has, not %d", rows, first, len(list))
		}
	}
	return nil, ""
}

// checkTable: each row of the data has a value for each of the columns.
func checkTable(o map[string]any) (at []string, text string) {
	columns, named := o["columns"].([]any)
	data, _ := o["data"].([]any)
	for i, x := range data {
		if row, ok := x.([]any); ok && named && len(row) != len(columns) {
			return []string{"data", strconv.Itoa(i)}, fmt.Sprintf("must have %d items, as columns has, not %d", len(columns), len(row))
		}
	}
	return nil, ""
}

// misfit is a complaint of a check.
type misfit string

// KeywordPath is where the keyword stands.
func (misfit) KeywordPath() []string { return []string{checkWord} }

// LocalizedString is the complaint.
func (m misfit) LocalizedString(*message.Printer) string { return string(m) }
