package predict

import (
	"net/http"
	"regexp"
)

// mlflowVersion is what GET /version answers: "2.9.2".
var mlflowVersion = regexp.MustCompile(`^\s*"?[0-9]+\.[0-9]+\.[0-9][0-9A-Za-z.+-]*"?\s*$`)

// mlflow recognises MLflow's scoring server (mlflow.org, "Deploy MLflow Model
// as a Local Inference Server") by /ping and /version; what the model takes it
// does not publish.
func mlflow(_ *search, got map[string]answer, _ *API) (Protocol, *written) {
	version := got["/version"]
	if got["/ping"].err != nil || got["/ping"].status != http.StatusOK || version.status != http.StatusOK || !mlflowVersion.Match(version.text) {
		return Protocol{}, nil
	}
	w := newWritten()
	w.post("/invocations", "", invocation(), "the server does not publish the model's columns: feature is a guess")
	return Protocol{MLflow, "GET /version: " + firstLine(version.text)}, w
}

// invocation is the schema of a request, in one of its four forms.
func invocation() *object {
	parameters := members("type", "object")
	form := func(name string, schema *object) any {
		return members("type", "object", "required", []string{name}, "additionalProperties", false, "properties", members(name, schema, "params", parameters))
	}
	name := members("type", []string{"string", "integer"})
	split := members("type", "object", "required", []string{"data"}, "properties", members(
		"columns", members("type", "array", "items", name, "examples", []any{[]any{"feature"}}),
		"index", members("type", "array"),
		"data", members("type", "array", "items", members("type", "array")),
	), checkWord, "table")
	var forms []any // whose rows are as long as their columns are many, to make bodies from, and any other
	for n := range batches {
		wide := members("minItems", n+1, "maxItems", n+1)
		forms = append(forms, members("required", []string{"columns"}, "properties", members("columns", wide, "index", members("maxItems", 0), "data", members("minItems", 1, "items", wide))))
	}
	split.set("anyOf", append(forms, members()))
	records := members("type", "array", "items", members("type", "object"))
	tensors := members("type", []string{"array", "object", "string", "number", "boolean"})
	return members("oneOf", []any{
		form("dataframe_split", split), form("dataframe_records", records), form("instances", tensors), form("inputs", tensors),
	})
}
