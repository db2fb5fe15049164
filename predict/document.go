package predict

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// document is an OpenAPI 3 document; once parsed it does not change.
type document struct {
	root  *object
	plain any  // root for the schema compiler
	old   bool // OpenAPI 3.0
	ours  bool // written by Berth, with keywords of its own
}

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
		return nil, errors.New("it is a Swagger 2 document; OpenAPI 3.0 or later is needed")
	default:
		return nil, errors.New("it is JSON, but no OpenAPI 3 document")
	}
	return newDocument(root), nil
}

func newDocument(root *object) *document {
	version, _ := root.get("openapi").(string)
	d := &document{root: root, old: strings.HasPrefix(version, "3.0")}
	translation{old: d.old}.document(root)
	d.plain = plain(root)
	return d
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
		target, ok := within(ref)
		if !ok {
			return pointer, nil
		}
		pointer, v = target, lookup(d.root, target)
	}
	return pointer, nil
}

// within is the pointer of a reference that stays in the document.
func within(ref string) (string, bool) {
	fragment, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return "", false
	}
	pointer, err := url.PathUnescape(fragment)
	return pointer, err == nil
}

// child is the pointer of a member.
func child(pointer string, names ...string) string {
	for _, name := range names {
		pointer += "/" + escapeToken.Replace(name)
	}
	return pointer
}

// endpoints lists the operations that something can be sent to, best guess for a
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
			e := Endpoint{Method: strings.ToUpper(method), Path: path, Protocol: OpenAPI, doc: d, item: itemAt}
			e.Summary, _ = operation.get("summary").(string)
			e.OperationID, _ = operation.get("operationId").(string)
			if why := e.findBody(operation); why != "" {
				skipped = append(skipped, e.String()+" "+why)
				continue
			}
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b Endpoint) int { return cmp.Compare(a.rank(), b.rank()) })
	return list, skipped
}

// unasked are the paths that have neither a POST nor a PUT.
func (d *document) unasked() (list []Endpoint) {
	paths, _ := d.root.get("paths").(*object)
	if paths == nil {
		return nil
	}
	for _, path := range paths.names {
		if _, item := d.resolve(child("", "paths", path), paths.get(path)); !item.has("post") && !item.has("put") {
			list = append(list, Endpoint{Path: path})
		}
	}
	return list
}

// findBody notes where the body is described, or says why nothing can be sent.
func (e *Endpoint) findBody(operation *object) (why string) {
	at, body := e.doc.resolve(child(e.item, strings.ToLower(e.Method), "requestBody"), operation.get("requestBody"))
	content, _ := body.get("content").(*object)
	if content == nil || len(content.names) == 0 {
		if params, _ := operation.get("parameters").([]any); len(params) == 0 {
			return "takes no body and no parameters"
		}
		e.encoding = asNone
		return ""
	}
	e.MediaType = bestMedia(content.names)
	e.media = child(at, "content", e.MediaType)
	if e.encoding = encodingOf(e.MediaType); e.encoding == asJSON && strings.Contains(e.MediaType, "*") {
		e.MediaType = "application/json"
	}
	return ""
}
