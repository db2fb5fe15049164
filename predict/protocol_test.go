package predict

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"berth/stack"
)

// What servers publish, in the form that their specifications give.
const (
	tritonServer = `{"name":"triton","version":"2.51.0","extensions":["classification","model_repository"]}`
	tritonModel  = `{"name":"churn","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"age","datatype":"INT64","shape":[-1,1]},{"name":"features","datatype":"FP32","shape":[-1,3]}],"outputs":[{"name":"label","datatype":"INT64","shape":[-1]}]}`
	signatures   = `{"model_spec":{"name":"half","signature_name":"","version":"1"},"metadata":{"signature_def":{"signature_def":{
"__saved_model_init_op":{"inputs":{},"outputs":{},"method_name":""},
"classify":{"inputs":{"examples":{"dtype":"DT_STRING","tensor_shape":{"dim":[{"size":"-1","name":""}],"unknown_rank":false},"name":"e:0"}},"outputs":{},"method_name":"tensorflow/serving/classify"},
"serving_default":{"inputs":{"x":{"dtype":"DT_FLOAT","tensor_shape":{"dim":[{"size":"-1","name":""},{"size":"2","name":""}],"unknown_rank":false},"name":"x:0"}},"outputs":{},"method_name":"tensorflow/serving/predict"}}}}}`
	modelList = `{"object":"list","data":[{"id":"tiny-llm","object":"model","owned_by":"me"}]}`
	malformed = `{ "error": "Malformed request: GET /v1/models" }`
)

func fails(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}

func TestProtocols(t *testing.T) {
	document := func(paths ...string) http.HandlerFunc {
		var list []string
		for _, path := range paths {
			list = append(list, fmt.Sprintf(`%q:{"post":{"requestBody":{"content":{"application/json":{}}}}}`, path))
		}
		return says("application/json", `{"openapi":"3.1.0","info":{"title":"T"},"paths":{`+strings.Join(list, ",")+`}}`)
	}
	json := func(text string) http.HandlerFunc { return says("application/json", text) }
	for _, test := range []struct {
		name      string
		answers   map[string]http.HandlerFunc
		hints     Hints
		protocols string
		endpoints string
		body      string // the first one's, on one line
		says      string // among what was skipped, the notes and the hint
	}{
		{
			"Triton, the model named by its path",
			map[string]http.HandlerFunc{"/v2": json(tritonServer), "/v2/models/churn": json(tritonModel)},
			Hints{Path: "/v2/models/churn/infer"},
			"Open Inference V2: GET /v2: triton 2.51.0", "POST /v2/models/churn/infer",
			`{"inputs":[{"name":"age","shape":[1,1],"datatype":"INT64","data":[1]},{"name":"features","shape":[1,3],"datatype":"FP32","data":[1,1,1]}]}`, "",
		},
		{
			"Triton, the model named by its container",
			map[string]http.HandlerFunc{"/v2": json(tritonServer), "/v2/models/churn": json(tritonModel)},
			Hints{Models: []string{"churn", "gone"}},
			"Open Inference V2: GET /v2: triton 2.51.0", "POST /v2/models/churn/infer", "", "POST /v2/models/gone/infer is not described: GET /v2/models/gone: 404 Not Found",
		},
		{
			"Triton, no name known",
			map[string]http.HandlerFunc{"/v2": json(tritonServer)},
			Hints{},
			"Open Inference V2: GET /v2: triton 2.51.0", "", "", "--path /v2/models/NAME/infer",
		},
		{
			"KServe",
			map[string]http.HandlerFunc{"/v2": json(`{"name":"kserve","version":"0.15.0","extensions":[]}`), "/v2/models": json(`{"models":["a","b c"]}`), "/v1/models": json(`{"models":["a"]}`), "/v2/models/a": json(`{"name":"a","inputs":[{"name":"t","datatype":"BYTES","shape":[1]}]}`), "/v2/models/b c": json(`{"name":"b c","platform":"x","inputs":[]}`)},
			Hints{},
			"Open Inference V2: GET /v2: kserve 0.15.0|KServe V1: GET /v1/models: {\"models\":[\"a\"]}", "POST /v2/models/a/infer|POST /v2/models/b%20c/infer|POST /v1/models/a:predict",
			`{"inputs":[{"name":"t","shape":[1],"datatype":"BYTES","data":["string"]}]}`, "",
		},
		{
			"TensorFlow Serving",
			map[string]http.HandlerFunc{"/v1/models": fails(400, malformed), "/v1/models/half/metadata": json(signatures)},
			Hints{Models: []string{"half"}},
			"TensorFlow Serving: GET /v1/models: Malformed request: GET /v1/models", "POST /v1/models/half:predict", `{"instances":[[1,1]]}`,
			"POST /v1/models/half:classify takes examples of signature classify",
		},
		{
			"TensorFlow Serving with the name of its image",
			map[string]http.HandlerFunc{"/v1/models": fails(400, malformed), "/v1/models/model/metadata": json(signatures)},
			Hints{},
			"TensorFlow Serving: GET /v1/models: Malformed request: GET /v1/models", "POST /v1/models/model:predict", "", "",
		},
		{
			"OpenAI's style",
			map[string]http.HandlerFunc{"/v1/models": json(modelList)},
			Hints{},
			"OpenAI: GET /v1/models: tiny-llm", "POST /v1/chat/completions|POST /v1/completions|POST /v1/embeddings",
			`{"model":"tiny-llm","messages":[{"role":"user","content":"Hello"}],"max_tokens":64,"stream":false}`, "does not say whether there are chats",
		},
		{
			"vLLM: the document says which operations there are",
			map[string]http.HandlerFunc{"/openapi.json": document("/score", "/v1/chat/completions", "/tokenize"), "/v1/models": json(modelList)},
			Hints{},
			"OpenAI: GET /v1/models: tiny-llm|OpenAPI: GET /openapi.json, version 3.1.0", "POST /v1/chat/completions|POST /score|POST /tokenize", "", "",
		},
		{
			"MLflow, whose document has no body",
			map[string]http.HandlerFunc{"/openapi.json": json(`{"openapi":"3.1.0","paths":{"/invocations":{"post":{}}}}`), "/ping": says("text/plain", "\n"), "/version": says("text/plain", "3.4.0")},
			Hints{},
			"MLflow: GET /version: 3.4.0|OpenAPI: GET /openapi.json, version 3.1.0", "POST /invocations", `{"dataframe_split":{"columns":["feature"],"data":[[1]]}}`,
			"feature is a guess",
		},
		{
			"a document that predicts is enough",
			map[string]http.HandlerFunc{"/openapi.json": document("/predict"), "/v1/models": json(modelList)},
			Hints{},
			"OpenAPI: GET /openapi.json, version 3.1.0", "POST /predict", "{}", "",
		},
		{
			"a document without predictions, and nothing else",
			map[string]http.HandlerFunc{"/openapi.json": document("/classify"), "/ping": says("text/plain", "pong"), "/version": says("text/plain", "v1")},
			Hints{},
			"OpenAPI: GET /openapi.json, version 3.1.0", "POST /classify", "{}", "",
		},
		{
			"a document without predictions beside a protocol",
			map[string]http.HandlerFunc{"/openapi.json": document("/reload"), "/ping": says("text/plain", "\n"), "/version": says("text/plain", "2.9.2")},
			Hints{},
			"MLflow: GET /version: 2.9.2|OpenAPI: GET /openapi.json, version 3.1.0", "POST /invocations|POST /reload", "", "",
		},
		{
			"a broken document beside a protocol",
			map[string]http.HandlerFunc{"/openapi.json": json(`{"openapi":`), "/v1/models": json(modelList)},
			Hints{},
			"OpenAI: GET /v1/models: tiny-llm", "POST /v1/chat/completions|POST /v1/completions|POST /v1/embeddings", "", "",
		},
		{"only the user's word", nil, Hints{Path: "POST /x"}, "", "", "", ""},
		{
			"metadata that are not what they should be",
			map[string]http.HandlerFunc{"/v2": json(tritonServer), "/v2/models": json(`{"models":[7,"m"]}`), "/v2/models/m": json(`{"inputs":[{"name":"x","datatype":"FP32","shape":["a"]}]}`)},
			Hints{},
			"Open Inference V2: GET /v2: triton 2.51.0", "POST /v2/models/m/infer", `{"inputs":[{"name":"input-0","shape":[1,1],"datatype":"FP32","data":[1]}]}`, "are guesses",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked atomic.Int32
			s := serve(t, test.answers)
			inner := s.Config.Handler
			s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked.Add(1); inner.ServeHTTP(w, r) })
			a, err := Discover(t.Context(), s.Client(), s.URL, test.hints)
			if err != nil {
				t.Fatal(err)
			}
			var protocols, endpoints []string
			for _, p := range a.Protocols {
				protocols = append(protocols, p.Name+": "+p.By)
			}
			for _, e := range a.Endpoints {
				endpoints = append(endpoints, e.String())
			}
			if got := strings.Join(protocols, "|"); got != test.protocols {
				t.Errorf("protocols\n got %s\nwant %s", got, test.protocols)
			}
			if got := strings.Join(endpoints, "|"); got != test.endpoints {
				t.Errorf("endpoints\n got %s\nwant %s", got, test.endpoints)
			}
			if asked := asked.Load(); asked > 14 {
				t.Errorf("%d requests", asked)
			}
			said := strings.Join(a.Skipped, "\n") + a.Hint
			if len(a.Endpoints) > 0 {
				e, err := a.Choose("")
				if err != nil {
					t.Fatal(err)
				}
				body, _, err := e.FirstBody(nil)
				v, _ := decode(body)
				if got := string(encode(v)); err != nil || test.body != "" && got != test.body {
					t.Errorf("body %v\n got %s\nwant %s", err, got, test.body)
				}
				said += strings.Join(e.Notes, "\n")
			}
			if !strings.Contains(said, test.says) {
				t.Errorf("%q lacks %q", said, test.says)
			}
		})
	}
}

// Who names the endpoint is believed, and told that nothing is checked.
func TestChooseUnlisted(t *testing.T) {
	s := serve(t, nil)
	a, err := Discover(t.Context(), s.Client(), s.URL, Hints{Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/x": "POST /x", "POST /x": "POST /x", "put /y": "PUT /y"} {
		e, err := a.Choose(path)
		if err != nil || e.String() != want || e.Checked() || len(e.Notes) != 1 || !strings.Contains(e.Notes[0], "publishes no OpenAPI") {
			t.Errorf("%s: %v %v %q", path, e, err, e.Notes)
		}
		if body, _, err := e.FirstBody(nil); string(body) != "{}" || err != nil {
			t.Errorf("%s: %s %v", path, body, err)
		}
	}
	if _, err := a.Choose("x"); !errors.Is(err, stack.ErrUsage) {
		t.Errorf("a path without /: %v", err)
	}
	if listed, err := read([]byte(tiny)); err != nil {
		t.Fatal(err)
	} else if _, err := listed.Choose("/x"); !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), "--path 'POST /x'") {
		t.Errorf("a path that the document lacks: %v", err)
	} else if e, err := listed.Choose("POST /x"); err != nil || !strings.Contains(e.Notes[0], "does not have this endpoint") {
		t.Errorf("an operation that the document lacks: %v %v", e, err)
	}
}

// What the protocol asks of tensors beyond JSON Schema is checked.
func TestTensors(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/v2": says("application/json", tritonServer), "/v2/models": says("application/json", `{"models":["churn"]}`), "/v2/models/churn": says("application/json", tritonModel)})
	a, err := Discover(t.Context(), s.Client(), s.URL, Hints{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	const age = `{"name":"age","datatype":"INT64","shape":[4,1],"data":[1,2,3,4]}`
	features := func(shape, data string) string {
		return `{"inputs":[` + age + `,{"name":"features","datatype":"FP32","shape":` + shape + `,"data":` + data + `}]}`
	}
	for _, test := range []struct{ body, want string }{
		{features("[4,3]", "[1,2,3,4,5,6,7,8,9,10,11,12]"), ""},
		{features("[4,3]", "[[1,2,3],[4,5,6],[7,8,9],[10,11,12]]"), ""},
		{features("[4,3]", "[1,2]"), "1 inputs[1].data: must have 12 values, as shape [4,3] says, not 2"},
		{features("[4,3]", `[1,2,3,4,5,6,7,8,9,10,11,"x"]`), "1 inputs[1].data[11]: is not a FP32 value"},
		{features("[4,2]", "[1,2,3,4,5,6,7,8]"), "1 inputs[1].shape[1]: must be 3"},
		{`{"inputs":[{"name":"age","datatype":"INT64","shape":[1,1],"data":[1.5]},{"name":"features","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}`, "1 inputs[0].data[0]: must be integer"},
		{`{"inputs":[` + age + `]}`, "1 inputs: must have at least 2 items, not 1"},
		{`{"input":[]}`, "1 inputs: is required"},
	} {
		if got := lines(e.Validate([]byte(test.body))); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.body, got, test.want)
		}
	}
}

// A network for pictures takes 150,528 numbers.
func TestATensorOfAPictureHasABody(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{
		"/v2": says("application/json", tritonServer), "/v2/models": says("application/json", `{"models":["resnet"]}`),
		"/v2/models/resnet": says("application/json", `{"name":"resnet","versions":["1"],"platform":"onnxruntime_onnx",
			"inputs":[{"name":"x","datatype":"FP32","shape":[-1,3,224,224]}],"outputs":[{"name":"y","datatype":"FP32","shape":[-1,1000]}]}`),
	})
	a, err := Discover(t.Context(), s.Client(), s.URL, Hints{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	body, _, err := e.FirstBody(nil)
	var sent struct {
		Inputs []struct {
			Shape []int
			Data  []float64
		}
	}
	if err = errors.Join(err, json.Unmarshal(body, &sent)); err != nil || len(sent.Inputs) != 1 || len(sent.Inputs[0].Data) != 3*224*224 {
		t.Fatalf("%v, %.200s", err, body)
	}
	if wrong := e.Validate(body); len(wrong) > 0 {
		t.Errorf("it does not fit: %v", wrong[0])
	}
}

func TestDiscoverHuge(t *testing.T) {
	var paths []string
	for i := range 20_000 {
		paths = append(paths, fmt.Sprintf(`"/p%d":{"post":{"requestBody":{"content":{"application/json":{"schema":{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":%d}}}}}},"description":%q}}`, i, i, strings.Repeat("long ", 20)))
	}
	text := `{"openapi":"3.1.0","paths":{` + strings.Join(paths, ",") + `}}`
	if len(text) < 5<<20 {
		t.Fatal(len(text))
	}
	s := serve(t, map[string]http.HandlerFunc{"/openapi.json": says("application/json", text)})
	a, err := Discover(t.Context(), s.Client(), s.URL, Hints{})
	if err != nil || len(a.Endpoints) != 20_000 {
		t.Fatal(err)
	}
	e, err := a.Choose("/p19999")
	if err != nil {
		t.Fatal(err)
	}
	if body, _, err := e.FirstBody(nil); err != nil || !strings.Contains(string(body), "19999") {
		t.Errorf("%s %v", body, err)
	}
}
