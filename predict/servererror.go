package predict

import (
	"encoding/json"
	"net/http"
	"strings"
)

// notTheBody are statuses that are about something else than the body.
var notTheBody = map[int]bool{
	http.StatusUnauthorized: true, http.StatusForbidden: true, http.StatusNotFound: true, http.StatusMethodNotAllowed: true, http.StatusTooManyRequests: true,
}

// fieldErrors reads what a service says of a request it refuses: the detail
// list of FastAPI, the errors of problem+json (RFC 9457) in their usual shapes,
// or the one message of a model server.
func fieldErrors(body []byte) []FieldError {
	v, err := decode(body)
	if err != nil {
		return nil
	}
	o, _ := v.(*object)
	var list []FieldError
	for _, name := range []string{"detail", "errors", "invalid-params", "invalid_params"} {
		switch errors := o.get(name).(type) {
		case []any:
			for _, x := range errors {
				if item, ok := x.(*object); ok {
					list = append(list, fieldError(item))
				}
			}
		case *object: // ASP.NET: messages by field
			for _, field := range errors.names {
				if messages, ok := errors.get(field).([]any); ok {
					list = append(list, FieldError{Path: field, Message: text(messages)})
				}
			}
		}
	}
	if list == nil {
		if f, ok := serverError(o); ok {
			list = append(list, f)
		}
	}
	return list
}

// serverError reads the message of TensorFlow Serving, Triton, MLServer and
// BentoML ({"error": "…"}), of OpenAI's style ({"error": {"message", "param"}},
// vLLM's older {"object": "error", "message"}), or of MLflow ({"error_code",
// "message"}).
func serverError(o *object) (FieldError, bool) {
	switch e := o.get("error").(type) {
	case string:
		return FieldError{Message: e}, e != ""
	case *object:
		o = e
	default:
		if o.get("object") != "error" && !o.has("error_code") {
			return FieldError{}, false
		}
	}
	message, ok := o.get("message").(string)
	param, _ := o.get("param").(string)
	return FieldError{Path: param, Message: message}, ok
}

func fieldError(item *object) FieldError {
	var f FieldError
	for _, name := range []string{"msg", "detail", "reason", "message"} {
		if s, ok := item.get(name).(string); ok {
			f.Message = s
			break
		}
	}
	if f.Message == "" {
		f.Message = string(encode(item))
	}
	f.limit = limitOf(item, f.Message)
	if loc, ok := item.get("loc").([]any); ok {
		f.Path = fromLoc(loc, item)
		return f
	}
	if pointer, ok := item.get("pointer").(string); ok {
		pointer = strings.TrimPrefix(strings.TrimPrefix(pointer, "#"), "/")
		steps := strings.Split(pointer, "/")
		for i := range steps {
			steps[i] = unescapeToken.Replace(steps[i])
		}
		f.Path = fieldPath(steps)
		return f
	}
	for _, name := range []string{"field", "name", "path"} {
		if s, ok := item.get(name).(string); ok {
			f.Path = strings.TrimPrefix(s, "$.")
			break
		}
	}
	return f
}

// fromLoc reads FastAPI's location: ["body", "items", 0, "price"]. The position
// of a JSON error (["body", 12]) is no field.
func fromLoc(loc []any, item *object) string {
	kind, _ := item.get("type").(string)
	if strings.HasPrefix(kind, "json_") || strings.Contains(kind, "jsondecode") {
		return ""
	}
	var steps []string
	for _, x := range loc {
		switch x := x.(type) {
		case string:
			steps = append(steps, x)
		case json.Number:
			steps = append(steps, x.String())
		}
	}
	if len(steps) > 0 && steps[0] == "body" {
		return fieldPath(steps[1:])
	}
	if len(steps) > 1 { // query, path, header, cookie
		return steps[0] + ": " + fieldPath(steps[1:])
	}
	return fieldPath(steps)
}
