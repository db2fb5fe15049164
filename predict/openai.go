package predict

import (
	"slices"
	"strings"
)

// maxIDs bounds the names of models that a body is checked against.
const maxIDs = 200

// openAIStyle recognises the list of models in the style of OpenAI's API
// (platform.openai.com/docs/api-reference), which vLLM, llama.cpp, Ollama and
// others speak. Which of the operations there are the list does not say; a
// document, where there is one as well, does.
func openAIStyle(_ *search, got map[string]answer, document *API) (Protocol, *written) {
	ids := got["/v1/models"].listed("data", "id")
	if object, _ := got["/v1/models"].json().get("object").(string); object != "list" || len(ids) == 0 {
		return Protocol{}, nil
	}
	w := newWritten()
	model := members("type", "string", "default", ids[0])
	if len(ids) <= maxIDs {
		model.set("enum", values(ids, func(id string) any { return id }))
	}
	operations := []struct {
		path, summary string
		schema        *object
	}{
		{"/v1/chat/completions", "chat", chatRequest(model)},
		{"/v1/completions", "completion", completionRequest(model)},
		{"/v1/embeddings", "embeddings", embeddingRequest(model)},
	}
	if strings.Contains(strings.ToLower(ids[0]), "embed") {
		slices.Reverse(operations)
	}
	for _, o := range operations {
		if document == nil {
			w.post(o.path, o.summary, o.schema, "the list of models does not say whether there are "+o.summary+"s")
			continue
		}
		if slices.ContainsFunc(document.Endpoints, func(e Endpoint) bool { return e.Path == o.path }) {
			w.post(o.path, o.summary, o.schema)
		}
	}
	return Protocol{OpenAIStyle, "GET /v1/models: " + firstLine([]byte(strings.Join(ids, ", ")))}, w
}

func chatRequest(model *object) *object {
	part := members("type", "object", "required", []string{"type"}, "properties", members("type", members("type", "string", "default", "text"), "text", members("type", "string", "default", "Hello")))
	message := members("type", "object", "required", []string{"role", "content"}, "properties", members(
		"role", members("enum", []string{"user", "system", "developer", "assistant", "tool"}),
		"content", members("anyOf", []any{
			members("type", "string", "default", "Hello"),
			members("type", "array", "minItems", 1, "items", part),
			members("type", "null"),
		}),
	))
	return members("type", "object", "required", []string{"model", "messages"}, "properties", with(sampling(), "model", model,
		"messages", members("type", "array", "minItems", 1, "items", message)))
}

func completionRequest(model *object) *object {
	prompt := members("anyOf", []any{members("type", "string"), members("type", "array", "minItems", 1)}, "default", "Hello")
	return members("type", "object", "required", []string{"model", "prompt"}, "properties", with(sampling(), "model", model, "prompt", prompt))
}

func embeddingRequest(model *object) *object {
	input := members("anyOf", []any{members("type", "string", "minLength", 1), members("type", "array", "minItems", 1)}, "default", "Hello")
	return members("type", "object", "required", []string{"model", "input"}, "properties", members(
		"model", model, "input", input, "encoding_format", members("enum", []string{"float", "base64"})))
}

// sampling is what completions of both kinds take. An answer is short unless
// more is asked for, and whole unless stream is true.
func sampling() *object {
	return members(
		"max_tokens", members("type", "integer", "minimum", 1, "default", 64),
		"temperature", members("type", "number", "minimum", 0, "maximum", 2),
		"top_p", members("type", "number", "exclusiveMinimum", 0, "maximum", 1),
		"stream", members("type", "boolean", "default", false),
	)
}

// with is an object with more members in front.
func with(o *object, pairs ...any) *object {
	all := members(pairs...)
	for _, name := range o.names {
		all.set(name, o.get(name))
	}
	return all
}
