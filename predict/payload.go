package predict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// encoding is how a body goes over the wire. A form is written as the JSON
// object of its fields, and a file as @ and its path, so that a body can be
// generated, checked, edited, kept and compared in one way.
type encoding int

const (
	asJSON encoding = iota
	asMultipart
	asForm // application/x-www-form-urlencoded
	asRaw  // the text as it is, or a file's bytes
	asNone // parameters alone
)

// MaxFile is how large a file may be that is sent, in bytes.
const MaxFile = 256 << 20

// encodingOf is how a media type is sent.
func encodingOf(mediaType string) encoding {
	switch t, _, _ := mime.ParseMediaType(mediaType); {
	case isJSON(mediaType):
		return asJSON
	case t == "multipart/form-data":
		return asMultipart
	case t == "application/x-www-form-urlencoded":
		return asForm
	default:
		return asRaw
	}
}

// JSON reports whether a body is written as JSON.
func (e Endpoint) JSON() bool { return e.encoding != asRaw && e.encoding != asNone }

// Payload is what to send of a body, and its content type.
func (e Endpoint) Payload(body []byte) (content []byte, contentType string, err error) {
	switch e.encoding {
	case asMultipart:
		return multipartOf(body)
	case asForm:
		return formOf(body)
	case asRaw:
		file, named := fileNamed(strings.TrimRight(string(body), "\n"))
		if !named {
			return []byte(unescaped(string(body))), e.MediaType, nil
		}
		if content, err = readFile(file); err != nil {
			return nil, "", err
		}
		if strings.Contains(e.MediaType, "*") {
			return content, typeOf(file, content), nil
		}
		return content, e.MediaType, nil
	case asNone:
		return nil, "", nil
	}
	return body, e.MediaType, nil
}

// fileNamed is the file that a value names: "@cat.png". "@@cat" is the text
// "@cat".
func fileNamed(value string) (file string, ok bool) {
	file, ok = strings.CutPrefix(value, "@")
	return file, ok && file != "" && file[0] != '@'
}

// unescaped is the text that such a value stands for.
func unescaped(value string) string {
	if strings.HasPrefix(value, "@@") {
		return value[1:]
	}
	return value
}

func readFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err == nil && len(content) > MaxFile {
		err = fmt.Errorf("%s is larger than %d MB", file, MaxFile>>20)
	}
	return content, err
}

func typeOf(file string, content []byte) string {
	if t := mime.TypeByExtension(filepath.Ext(file)); t != "" {
		return t
	}
	return http.DetectContentType(content)
}

// entries are a form's fields in order; a list is one field several times.
func entries(body []byte) ([][2]string, error) {
	v, err := decode(body)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("a form is written as a JSON object of its fields")
	}
	var all [][2]string
	for _, name := range o.names {
		values, list := o.get(name).([]any)
		if !list {
			values = []any{o.get(name)}
		}
		for _, value := range values {
			switch value := value.(type) {
			case nil: // a form knows no null: the field is left out
			case string:
				all = append(all, [2]string{name, value})
			default:
				all = append(all, [2]string{name, string(encode(value))})
			}
		}
	}
	return all, nil
}

func multipartOf(body []byte) ([]byte, string, error) {
	fields, err := entries(body)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		file, named := fileNamed(f[1])
		if !named {
			if err := w.WriteField(f[0], unescaped(f[1])); err != nil {
				return nil, "", err
			}
			continue
		}
		content, err := readFile(file)
		if err != nil {
			return nil, "", fmt.Errorf("field %s: %w", f[0], err)
		}
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", multipart.FileContentDisposition(f[0], filepath.Base(file)))
		h.Set("Content-Type", typeOf(file, content))
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = part.Write(content)
		}
		if err != nil {
			return nil, "", err
		}
	}
	err = w.Close()
	return b.Bytes(), w.FormDataContentType(), err
}

func formOf(body []byte) ([]byte, string, error) {
	fields, err := entries(body)
	if err != nil {
		return nil, "", err
	}
	values := url.Values{}
	for _, f := range fields {
		values.Add(f[0], f[1])
	}
	return []byte(values.Encode()), "application/x-www-form-urlencoded", nil
}

// missing says which files a body names that cannot be sent.
func (e Endpoint) missing(body []byte) []FieldError {
	check := func(path, value string) []FieldError {
		file, named := fileNamed(value)
		if !named {
			return nil
		}
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return nil
		}
		return []FieldError{{Path: path, Message: "there is no file " + file + ": the path of one stands after the @"}}
	}
	switch e.encoding {
	case asRaw:
		return check("", strings.TrimRight(string(body), "\n"))
	case asMultipart:
		fields, err := entries(body)
		if err != nil {
			return nil // told by the schema, or as the syntax error it is
		}
		var list []FieldError
		for _, f := range fields {
			list = append(list, check(f[0], f[1])...)
		}
		return place(list, body)
	}
	return nil
}

// placeholders has a file's name for each field that is one, and no other text
// of the document's read as a file's name: that is for the person to say.
func (d *document) placeholders(v any, schema *object) any {
	o, ok := v.(*object)
	if !ok {
		return v
	}
	_, schema = d.resolve("", schema)
	properties, _ := schema.get("properties").(*object)
	for _, name := range o.names {
		_, p := d.resolve("", properties.get(name))
		switch x := o.get(name).(type) {
		case string:
			if isFile(p) {
				o.set(name, "@"+name)
			} else if strings.HasPrefix(x, "@") {
				o.set(name, "@"+x)
			}
		case []any:
			_, items := d.resolve("", p.get("items"))
			if isFile(items) {
				o.set(name, []any{"@" + name})
				continue
			}
			for n, item := range x {
				if s, ok := item.(string); ok && strings.HasPrefix(s, "@") {
					x[n] = "@" + s
				}
			}
		}
	}
	return o
}

// isFile reports whether a field of a form is a file: OpenAPI 3.0 says so by
// format (4.7.14), 3.1 by contentMediaType or contentEncoding.
func isFile(schema *object) bool {
	return schema.get("format") == "binary" || schema.has("contentMediaType") && !isJSON(fmt.Sprint(schema.get("contentMediaType")))
}

// rawNames are what to begin with where a body is a file's bytes.
var rawNames = map[string]string{"image": "@image.png", "audio": "@audio.wav", "video": "@video.mp4", "application": "@file"}

// firstRaw is such a beginning, or the example of a text.
func (e Endpoint) firstRaw(media *object) []byte {
	for v := range examples(media) {
		if s, ok := v.(string); ok && !strings.HasPrefix(s, "@") {
			return []byte(s)
		}
	}
	kind, _, _ := strings.Cut(e.MediaType, "/")
	return []byte(rawNames[kind])
}

// bestMedia is the media type that can be written best: JSON, forms, others.
func bestMedia(names []string) string {
	return slices.MinFunc(names, func(a, b string) int { return int(encodingOf(a)) - int(encodingOf(b)) })
}
