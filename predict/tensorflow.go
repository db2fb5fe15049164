package predict

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// usualSignature is what is meant where a request names none.
const usualSignature = "serving_default"

func signaturesOf(model string) string { return "/v1/models/" + url.PathEscape(model) + "/metadata" }

// tensorFlowServing reads the signatures of the models whose names are known
// (tensorflow.org/tfx/serving/api_rest): the server lists none. KServe's first
// protocol has the same paths and a list, but no signatures.
func tensorFlowServing(s *search, got map[string]answer, _ *API) (Protocol, *written) {
	w := newWritten()
	if list := got["/v1/models"].listed("models", ""); len(list) > 0 {
		for _, name := range w.more(list) {
			w.post("/v1/models/"+url.PathEscape(name)+":predict", "", predictRequest(nil), "the server does not say what the model's inputs are: instances are a guess")
		}
		return Protocol{KServeV1, "GET /v1/models: " + firstLine(got["/v1/models"].text)}, w
	}
	names := s.names("/v1/models/")
	by := ""
	if text, _ := got["/v1/models"].json().get("error").(string); strings.HasPrefix(text, "Malformed request: GET") {
		by = "GET /v1/models: " + firstLine([]byte(text))
		if len(names) == 0 {
			names = []string{"model", "default"} // of its image and of its program
			for path, answer := range s.getAll([]string{signaturesOf("model"), signaturesOf("default")}) {
				got[path] = answer
			}
		}
	}
	for _, name := range names {
		metadata, _ := got[signaturesOf(name)].json().get("metadata").(*object)
		outer, _ := metadata.get("signature_def").(*object)
		signatures, _ := outer.get("signature_def").(*object)
		if got[signaturesOf(name)].status != http.StatusOK || signatures == nil {
			continue
		}
		if by == "" {
			by = "GET " + signaturesOf(name) + ": signature_def"
		}
		w.predicts("/v1/models/"+url.PathEscape(name), signatures)
	}
	if by == "" {
		return Protocol{}, nil
	}
	w.hint = "name the model: --path /v1/models/NAME:predict"
	return Protocol{TensorFlowServing, by}, w
}

// predicts adds the operation for the signatures that predict. Those that
// classify or regress take examples instead, and are told.
func (w *written) predicts(path string, signatures *object) {
	var forms []any
	names := slices.Clone(signatures.names)
	slices.SortStableFunc(names, func(a, b string) int {
		switch {
		case a == usualSignature:
			return -1
		case b == usualSignature:
			return 1
		}
		return 0
	})
	for _, name := range names {
		signature, _ := signatures.get(name).(*object)
		method, _ := signature.get("method_name").(string)
		_, verb, _ := strings.Cut(method, "tensorflow/serving/")
		switch {
		case name == "__saved_model_init_op":
		case verb == "classify" || verb == "regress":
			w.skipped = append(w.skipped, "POST "+path+":"+verb+" takes examples of signature "+name)
		default:
			inputs, _ := signature.get("inputs").(*object)
			forms = append(forms, predictRequest(&signed{name: name, inputs: inputs}))
		}
	}
	switch len(forms) {
	case 0:
		w.skipped = append(w.skipped, "POST "+path+":predict has no signature that predicts")
	case 1:
		w.post(path+":predict", "", forms[0].(*object))
	default:
		w.post(path+":predict", "", members("anyOf", forms))
	}
}

// signed is a signature: the tensors that a model takes, by name.
type signed struct {
	name   string
	inputs *object
}

// predictRequest is the schema of a request, in rows (instances) or in columns
// (inputs); in columns only where not every tensor has the batch in front.
func predictRequest(s *signed) *object {
	if s == nil { // nothing is known
		row := members("type", "array", "items", members("type", "number"))
		return members("type", "object", "required", []string{"instances"}, "properties", members("instances", members("type", "array", "minItems", 1, "items", row)))
	}
	columns, batched := s.columns(0)
	forms := []any{members("required", []string{"inputs"})}
	properties := members("signature_name", members("const", s.name))
	if batched {
		properties.set("instances", members("type", "array", "minItems", 1, "items", s.row()))
		forms = append([]any{members("required", []string{"instances"})}, forms...)
		columns.set(checkWord, "columns")
		var sized []any // to make bodies from, and any other
		for n := range batches {
			form, _ := s.columns(n + 1)
			sized = append(sized, form)
		}
		columns.set("anyOf", append(sized, members()))
	}
	properties.set("inputs", s.alone(columns))
	request := members("type", "object", "properties", properties, "oneOf", forms)
	if s.name != usualSignature {
		request.set("required", []any{"signature_name"})
	}
	return request
}

// columns is the schema of tensors by name, of a batch or, for 0, of any; batched
// is whether all have it in front.
func (s *signed) columns(batch int) (o *object, batched bool) {
	properties, batched := &object{}, true
	for _, name := range s.inputs.keys() {
		kind, sizes, known := s.input(name)
		batched = batched && (!known || len(sizes) > 0 && sizes[0] == -1)
		if batch > 0 && len(sizes) > 0 {
			sizes = append([]int{batch}, sizes[1:]...)
		}
		properties.set(name, nested(kind, sizes, known))
	}
	return members("type", "object", "required", s.inputs.keys(), "properties", properties), batched
}

// row is the schema of one instance.
func (s *signed) row() *object {
	properties := &object{}
	for _, name := range s.inputs.keys() {
		kind, sizes, known := s.input(name)
		properties.set(name, nested(kind, sizes[min(1, len(sizes)):], known))
	}
	return s.alone(members("type", "object", "required", s.inputs.keys(), "properties", properties))
}

// alone lets the value do without its name where there is one only.
func (s *signed) alone(named *object) *object {
	if len(s.inputs.keys()) != 1 {
		return named
	}
	properties, _ := named.get("properties").(*object)
	return members("anyOf", []any{properties.get(s.inputs.keys()[0]), named})
}

func (s *signed) input(name string) (kind string, sizes []int, known bool) {
	input, _ := s.inputs.get(name).(*object)
	kind, _ = input.get("dtype").(string)
	sizes, known = dimensions(input)
	return kind, sizes, known
}

// dimensions are a tensor's sizes, which protobuf's JSON writes as strings.
func dimensions(input *object) (sizes []int, known bool) {
	shape, _ := input.get("tensor_shape").(*object)
	if shape == nil || shape.get("unknown_rank") == true {
		return nil, false
	}
	list, _ := shape.get("dim").([]any)
	for _, x := range list {
		dim, _ := x.(*object)
		n, ok := wholeNumber(dim.get("size"))
		if !ok {
			n = -1
		}
		sizes = append(sizes, n)
	}
	return sizes, true
}

// nested is the schema of values in lists within lists.
func nested(kind string, sizes []int, known bool) *object {
	if !known {
		return members()
	}
	o := scalar(kind)
	for _, n := range slices.Backward(sizes) {
		o = members("type", "array", "items", o, "minItems", 1)
		if n > 0 {
			o.set("minItems", encodeInt(n))
			o.set("maxItems", encodeInt(n))
		}
	}
	return o
}

// scalar is the schema of one value of a type of TensorFlow's.
func scalar(kind string) *object {
	kind = strings.TrimPrefix(kind, "DT_")
	switch {
	case kind == "STRING":
		bytes := members("type", "object", "required", []string{"b64"}, "properties", members("b64", members("type", "string", "pattern", "^[A-Za-z0-9+/]*={0,2}$")))
		return members("anyOf", []any{members("type", "string"), bytes})
	case kind == "VARIANT", kind == "RESOURCE":
		return members()
	}
	return datum(kind)
}
