package predict

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// batches are the sizes of a batch that bodies are made with. A body that is
// sent may have any.
const batches = 3

// openInference reads what the Open Inference Protocol publishes
// (github.com/kserve/open-inference-protocol, specification/protocol): the
// server's metadata, a list of models where there is one (KServe has it; Triton
// and MLServer list by a POST only), and the metadata of each.
func openInference(s *search, got map[string]answer, _ *API) (Protocol, *written) {
	server := got["/v2"].json()
	name, _ := server.get("name").(string)
	if got["/v2"].status != http.StatusOK || name == "" || !server.has("version") && !server.has("extensions") {
		return Protocol{}, nil
	}
	version, _ := server.get("version").(string)
	w := newWritten()
	names := s.names("/v2/models/")
	for _, listed := range got["/v2/models"].listed("models", "") {
		if !slices.Contains(names, listed) {
			names = append(names, listed)
		}
	}
	names = w.more(names)
	paths := values(names, func(name string) any { return "/v2/models/" + url.PathEscape(name) })
	metadata := s.getAll(texts(paths))
	for _, path := range texts(paths) {
		at := path + "/infer"
		model := metadata[path].json()
		if metadata[path].status != http.StatusOK || !model.has("inputs") && !model.has("platform") {
			w.skipped = append(w.skipped, "POST "+at+" is not described: "+metadata[path].line)
			continue
		}
		tensors, whole := tensorsOf(model)
		summary, _ := model.get("platform").(string)
		var notes []string
		if !whole || len(tensors) == 0 {
			tensors = nil
			notes = append(notes, "the model does not say what its inputs are: their names, types and shapes are guesses")
		}
		w.post(at, summary, inferRequest(tensors, outputNames(model)), notes...)
	}
	w.hint = "name the model: --path /v2/models/NAME/infer"
	return Protocol{OpenInference, "GET /v2: " + firstLine([]byte(name+" "+version))}, w
}

// texts are the strings of a list.
func texts(list []any) []string {
	all := make([]string, len(list))
	for i, x := range list {
		all[i], _ = x.(string)
	}
	return all
}

// tensor is an input as the metadata describe it; -1 is a size that is open.
type tensor struct {
	name, datatype string
	shape          []int
}

// tensorsOf reads a model's inputs; whole is whether all could be read.
func tensorsOf(model *object) (tensors []tensor, whole bool) {
	list, _ := model.get("inputs").([]any)
	for _, x := range list {
		o, _ := x.(*object)
		t := tensor{}
		t.name, _ = o.get("name").(string)
		t.datatype, _ = o.get("datatype").(string)
		sizes, isList := o.get("shape").([]any)
		for _, x := range sizes {
			n, ok := wholeNumber(x)
			if !ok || n == 0 || n < -1 {
				return nil, false
			}
			t.shape = append(t.shape, n)
		}
		if t.name == "" || t.datatype == "" || !isList {
			return nil, false
		}
		tensors = append(tensors, t)
	}
	return tensors, true
}

func outputNames(model *object) (names []string) {
	list, _ := model.get("outputs").([]any)
	for _, x := range list {
		o, _ := x.(*object)
		if name, ok := o.get("name").(string); ok {
			names = append(names, name)
		}
	}
	return names
}

// inferRequest is the schema of an inference request. Without tensors it is of
// any request. Sizes depend on each other, all tensors have one batch, and JSON
// Schema cannot say so: there is a form for each of the first batches, from
// which bodies are made, and one with the check of checkWord for all others.
func inferRequest(tensors []tensor, outputs []string) *object {
	inputs := members("type", "array", "minItems", 1, "items", undescribed())
	if len(tensors) > 0 {
		inputs.set("minItems", encodeInt(len(tensors)))
		inputs.set("maxItems", encodeInt(len(tensors)))
		var forms []any
		for batch := range batches {
			if batch > 0 && !slices.ContainsFunc(tensors, func(t tensor) bool { return slices.Contains(t.shape, -1) }) {
				break
			}
			forms = append(forms, members("prefixItems", values(tensors, func(t tensor) any { return t.sized(batch + 1) })))
		}
		inputs.remove("items")
		inputs.set("anyOf", append(forms, anyOrder(tensors)))
	}
	output := members("type", "object", "required", []string{"name"}, "properties", members("name", members("type", "string")))
	if len(outputs) > 0 {
		output.set("properties", members("name", members("enum", outputs)))
	}
	return members("type", "object", "required", []string{"inputs"}, "properties", members(
		"id", members("type", "string"),
		"parameters", members("type", "object"),
		"inputs", inputs,
		"outputs", members("type", "array", "items", output),
	))
}

// anyOrder is the form that takes any batch.
func anyOrder(tensors []tensor) *object {
	return members("items", members("oneOf", values(tensors, func(t tensor) any { return t.open() })))
}

// undescribed is the schema of a tensor of a model that does not describe its own.
func undescribed() *object {
	return members(
		"type", "object", "required", []string{"name", "shape", "datatype", "data"}, "properties", members(
			"name", members("type", "string", "default", "input-0"),
			"shape", members("type", "array", "items", members("type", "integer", "minimum", 1)),
			"datatype", members("enum", datatypes, "default", "FP32"),
			"data", members("type", "array"),
		),
		"anyOf", []any{
			members("properties", members("shape", members("const", []any{encodeInt(1), encodeInt(1)}), "datatype", members("const", "FP32"), "data", members("items", members("type", "number"), "minItems", 1, "maxItems", 1))),
			members(),
		},
		checkWord, "tensor",
	)
}

// head is what the schemas of one tensor have in common.
func (t tensor) head(shape, data *object) *object {
	return members("type", "object", "required", []string{"name", "shape", "datatype", "data"}, "properties", members(
		"name", members("const", t.name),
		"shape", shape,
		"datatype", members("const", t.datatype),
		"parameters", members("type", "object"),
		"data", data,
	))
}

// sized is the tensor's schema for a batch, data in one row: the first size
// that is open is the batch's, others are 1.
func (t tensor) sized(batch int) *object {
	shape, n := make([]any, len(t.shape)), 1
	for i, size := range t.shape {
		if size == -1 {
			size, batch = batch, 1
		}
		shape[i] = encodeInt(size)
		n = min(n*size, maxItems+1) // more cannot be made
	}
	return t.head(members("const", shape), members("type", "array", "minItems", n, "maxItems", n, "items", datum(t.datatype)))
}

// open is the tensor's schema for any size that it may have.
func (t tensor) open() *object {
	sizes := values(t.shape, func(size int) any {
		if size == -1 {
			return members("type", "integer", "minimum", 1)
		}
		return members("const", encodeInt(size))
	})
	shape := members("type", "array", "minItems", len(sizes), "maxItems", len(sizes))
	if len(sizes) > 0 {
		shape.set("prefixItems", sizes)
	}
	o := t.head(shape, members("type", "array"))
	o.set(checkWord, "tensor")
	return o
}

// datum is the schema of one value of a tensor.
func datum(datatype string) *object {
	switch {
	case datatype == "BOOL":
		return members("type", "boolean")
	case datatype == "BYTES":
		return members("type", "string")
	case strings.HasPrefix(datatype, "INT"), strings.HasPrefix(datatype, "UINT"):
		o := members("type", "integer")
		if low, high, ok := integerRange(datatype); ok {
			o.set("minimum", low)
			o.set("maximum", high)
		}
		return o
	}
	return members("type", "number")
}
