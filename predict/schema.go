package predict

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// address is where the compiler knows the document; nothing is ever fetched
// from there.
const address = "berth:///openapi.json"

// maxSchemas bounds how many schemas one may refer to, directly or not: the
// compiler's work grows with their square.
const maxSchemas = 500

// compile prepares the schema at pointer and all that it refers to. The
// patterns that it cannot check come back too: Go's regular expressions
// guarantee linear time, and so have no look-around.
//
// The checker is the one that compose-go links already. libopenapi-validator's
// is a fork of it, whose initialisation each start of Berth would pay again (6
// ms); libopenapi itself refuses the tuples of pydantic 1.
func (d *document) compile(pointer string) (schema *jsonschema.Schema, unchecked []string, err error) {
	if d.reach(pointer) > maxSchemas {
		return nil, nil, fmt.Errorf("they are made of more than %d schemas", maxSchemas)
	}
	defer func() {
		// The compiler panics on an $id that it cannot place; the document is
		// the service's word, not a mistake of ours.
		if r := recover(); r != nil {
			schema, err = nil, fmt.Errorf("their schema is not valid: %v", r)
		}
	}()
	c := jsonschema.NewCompiler()
	// Without $schema, 3.1 is JSON Schema 2020-12. What calls itself 3.0 is
	// often JSON Schema of pydantic 1 (numeric exclusiveMinimum, items as a
	// list for tuples), which 2019-09 still knows.
	c.DefaultDraft(jsonschema.Draft2020)
	if d.old {
		c.DefaultDraft(jsonschema.Draft2019)
	}
	c.AssertFormat()
	if d.ours {
		c.RegisterVocabulary(checkKeyword)
		c.AssertVocabs()
	}
	c.UseLoader(noLoader{})
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		re, err := regexp.Compile(pattern)
		if err != nil {
			if !slices.Contains(unchecked, pattern) {
				unchecked = append(unchecked, pattern)
			}
			return anything(pattern), nil
		}
		return re, nil
	})
	if err = c.AddResource(address, d.plain); err != nil {
		return nil, nil, err
	}
	fragment := (&url.URL{Fragment: pointer}).EscapedFragment()
	if schema, err = c.Compile(address + "#" + fragment); err != nil {
		return nil, nil, notValid(err)
	}
	return schema, unchecked, nil
}

// notValid says in one line what the compiler has against a schema.
func notValid(err error) error {
	if invalid, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if failure, ok := errors.AsType[*jsonschema.ValidationError](invalid.Err); ok {
			err = errors.New(explain(failure)[0].String())
		}
	}
	return errors.New("their schema is not valid: " + strings.ReplaceAll(err.Error(), address, ""))
}

// reach counts the schemas that one refers to, itself included, up to the first
// beyond maxSchemas.
func (d *document) reach(pointer string) int {
	seen := map[string]bool{pointer: true}
	open := []string{pointer}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case *object:
			if ref, ok := v.get("$ref").(string); ok {
				if target, ok := within(ref); ok && !seen[target] && len(seen) <= maxSchemas {
					seen[target] = true
					open = append(open, target)
				}
			}
			for _, x := range v.values {
				walk(x)
			}
		}
	}
	for len(open) > 0 {
		pointer, open = open[0], open[1:]
		walk(lookup(d.root, pointer))
	}
	return len(seen)
}

// source is the schema as the document has it, for what compiling forgets: the
// order of properties, and examples.
func (d *document) source(s *jsonschema.Schema) *object {
	u, err := url.Parse(s.Location)
	if err != nil {
		return nil
	}
	o, _ := lookup(d.root, u.Fragment).(*object)
	return o
}

// noLoader keeps a document from making Berth read files or other servers.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is outside the document", url)
}

// anything stands for a pattern that cannot be checked.
type anything string

func (a anything) String() string          { return string(a) }
func (a anything) MatchString(string) bool { return true }
