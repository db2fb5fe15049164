package predict

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is an OpenAPI 3 document.
type document struct {
	root     *object
	compiler *jsonschema.Compiler
	// unchecked are the patterns met that Go's regular expressions cannot
	// express (they guarantee linear time, and have no look-around).
	unchecked []string
}

// address is where the compiler knows the document; nothing is ever fetched
// from there.
const address = "berth:///openapi.json"

func parse(text []byte) (*document, error) {
	v, err := decode(text)
	if err != nil {
		return nil, err
	}
	root, _ := v.(*object)
	version, _ := root.get("openapi").(string)
	switch {
	case strings.HasPrefix(version, "3."):
	case root.has("swagger"):
		return nil, fmt.Errorf("it is a Swagger 2 document; OpenAPI 3.0 or later is needed")
	default:
		return nil, fmt.Errorf("it is JSON, but no OpenAPI 3 document")
	}
	d := &document{root: root, compiler: jsonschema.NewCompiler()}
	old := strings.HasPrefix(version, "3.0")
	d.translate(old)
	// Without $schema, 3.1 is JSON Schema 2020-12. What calls itself 3.0 is
	// often JSON Schema of pydantic 1 (numeric exclusiveMinimum, items as a
	// list for tuples), which 2019-09 still knows.
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	if old {
		d.compiler.DefaultDraft(jsonschema.Draft2019)
	}
	d.compiler.AssertFormat()
	d.compiler.UseLoader(noLoader{})
	d.compiler.UseRegexpEngine(d.pattern)
	if err := d.compiler.AddResource(address, plain(root)); err != nil {
		return nil, err
	}
	return d, nil
}

// noLoader keeps a document from making Berth read files or other servers.
type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is outside the document", url)
}

// resolve follows references within the document, and says where v really is.
// A reference that leads nowhere gives nil.
func (d *document) resolve(pointer string, v any) (string, *object) {
	for range 16 { // references to references, not in circles
		o, _ := v.(*object)
		ref, isRef := o.get("$ref").(string)
		if !isRef {
			return pointer, o
		}
		fragment, within := strings.CutPrefix(ref, "#")
		if !within {
			return pointer, nil
		}
		unescaped, err := url.PathUnescape(fragment)
		if err != nil {
			return pointer, nil
		}
		pointer = unescaped
		v = lookup(d.root, pointer)
	}
	return pointer, nil
}

// child is the pointer of a member.
func child(pointer string, names ...string) string {
	for _, name := range names {
		pointer += "/" + escapeToken.Replace(name)
	}
	return pointer
}

// compile prepares the schema at pointer, and all that it refers to.
func (d *document) compile(pointer string) (schema *jsonschema.Schema, err error) {
	defer func() {
		// The compiler panics on an $id that it cannot place; the document is
		// the service's word, not a mistake of ours.
		if r := recover(); r != nil {
			schema, err = nil, fmt.Errorf("their schema is not valid: %v", r)
		}
	}()
	fragment := (&url.URL{Fragment: pointer}).EscapedFragment()
	schema, err = d.compiler.Compile(address + "#" + fragment)
	if invalid, ok := errors.AsType[*jsonschema.SchemaValidationError](err); ok {
		if failure, ok := errors.AsType[*jsonschema.ValidationError](invalid.Err); ok {
			err = errors.New(explain(failure)[0].String())
		}
	}
	if err != nil {
		return nil, errors.New("their schema is not valid: " + strings.ReplaceAll(err.Error(), address, ""))
	}
	return schema, nil
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

// endpoints lists the operations that take a JSON body, best guess for a
// prediction first; skipped says which others there are and why they are not
// among them.
func (d *document) endpoints() (list []Endpoint, skipped []string) {
	paths, _ := d.root.get("paths").(*object)
	if paths == nil {
		return nil, nil
	}
	for _, path := range paths.names {
		itemAt, item := d.resolve(child("", "paths", path), paths.get(path))
		for _, method := range []string{"post", "put"} {
			operation, _ := item.get(method).(*object)
			if operation == nil {
				continue
			}
			e, why := d.endpoint(itemAt, item, method, path)
			if why != "" {
				skipped = append(skipped, fmt.Sprintf("%s %s %s", strings.ToUpper(method), path, why))
				continue
			}
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b Endpoint) int { return cmp.Compare(a.rank(), b.rank()) })
	return list, skipped
}

func (d *document) endpoint(itemAt string, item *object, method, path string) (Endpoint, string) {
	operation := item.get(method).(*object)
	e := Endpoint{Method: strings.ToUpper(method), Path: path, doc: d}
	e.Summary, _ = operation.get("summary").(string)
	e.OperationID, _ = operation.get("operationId").(string)

	bodyAt, body := d.resolve(child(itemAt, method, "requestBody"), operation.get("requestBody"))
	content, _ := body.get("content").(*object)
	if content == nil || len(content.names) == 0 {
		return e, "takes no body"
	}
	i := slices.IndexFunc(content.names, isJSON)
	if i < 0 {
		return e, "takes " + strings.Join(content.names, ", ") + " only"
	}
	e.MediaType = content.names[i]
	mediaAt, media := d.resolve(child(bodyAt, "content", e.MediaType), content.get(e.MediaType))
	e.media = media
	if strings.Contains(e.MediaType, "*") {
		e.MediaType = "application/json"
	}
	if media.has("schema") {
		var err error
		if e.schema, err = d.compile(child(mediaAt, "schema")); err != nil {
			e.Notes = append(e.Notes, "bodies are not checked: "+err.Error())
		}
	} else {
		e.Notes = append(e.Notes, "bodies are not checked: the document has no schema for them")
	}
	e.Params = d.params(item.get("parameters"), child(itemAt, "parameters"))
	for _, p := range d.params(operation.get("parameters"), child(itemAt, method, "parameters")) {
		e.Params = slices.DeleteFunc(e.Params, func(q Param) bool { return q.Name == p.Name && q.In == p.In })
		e.Params = append(e.Params, p)
	}
	return e, ""
}
