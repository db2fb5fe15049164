package predict

import (
	"mime"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
)

// url is where the call goes.
func (c Call) url() Text {
	e := Endpoint{Method: c.Method, Path: c.Path}
	for _, p := range c.Params {
		e.Params = append(e.Params, p.written())
	}
	return readText(e.URL(c.Base))
}

// written is the parameter with a mark for each variable, see Text.written.
func (p CallParam) written() Param {
	return Param{Name: p.Name, In: p.In, Value: p.Value.written(), Join: p.Join, Origin: OriginGiven}
}

// headers are all that the body does not bring with it, as Send sends them.
func (c Call) headers() []CallHeader {
	all := []CallHeader{{"Accept", Plain(accepted)}}
	var cookies []string
	for _, p := range c.Params {
		switch p.In {
		case "header":
			value := p.Value
			if p.Join != "" {
				value = readText(strings.Join(p.written().sent(), ","))
			}
			all = append(all, CallHeader{p.Name, value})
		case "cookie":
			cookies = append(cookies, (&http.Cookie{Name: p.Name, Value: strings.Join(p.written().sent(), ",")}).String())
		}
	}
	if len(cookies) > 0 {
		all = append(all, CallHeader{"Cookie", readText(strings.Join(cookies, "; "))})
	}
	all = slices.DeleteFunc(all, func(h CallHeader) bool { // those that are given take their place
		return slices.ContainsFunc(c.Headers, func(o CallHeader) bool { return strings.EqualFold(o.Name, h.Name) })
	})
	return append(all, c.Headers...)
}

// content is how the body goes over the wire: one of these.
type content struct {
	mediaType string
	text      Text
	file      string
	fields    []field // of a multipart form
	none      bool
}

type field struct {
	name      string
	value     Text
	file      string // in place of value
	mediaType string // of it
}

func (c Call) content() (content, error) {
	if c.MediaType == "" {
		return content{none: true}, nil
	}
	encoding := encodingOf(c.MediaType)
	switch encoding {
	case asMultipart:
		entries, err := entries([]byte(c.Body.written()))
		form := content{}
		for _, e := range entries {
			if file, ok := fileNamed(e[1]); ok {
				form.fields = append(form.fields, field{name: e[0], file: file, mediaType: namedType(file)})
				continue
			}
			form.fields = append(form.fields, field{name: e[0], value: readText(unescaped(e[1]))})
		}
		return form, err
	case asForm:
		form, mediaType, err := formOf([]byte(c.Body.written()))
		return content{mediaType: mediaType, text: readText(string(form))}, err
	case asRaw:
		written := c.Body.written()
		if file, ok := fileNamed(strings.TrimRight(written, "\n")); ok {
			mediaType := c.MediaType
			if strings.Contains(mediaType, "*") {
				mediaType = namedType(file)
			}
			return content{mediaType: mediaType, file: file}, nil
		}
		return content{mediaType: c.MediaType, text: readText(unescaped(written))}, nil
	}
	return content{mediaType: c.MediaType, text: c.Body}, nil
}

// namedType is the media type that a file's name says.
func namedType(file string) string {
	if t := mime.TypeByExtension(filepath.Ext(file)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// credentials are those of basic authentication, if the header has them as they
// are written by people.
func (h CallHeader) credentials() (Text, bool) {
	if !strings.EqualFold(h.Name, "Authorization") || len(h.Value) == 0 {
		return nil, false
	}
	rest, basic := strings.CutPrefix(h.Value[0].Text, "Basic ")
	credentials := append(Plain(rest), h.Value[1:]...)
	return credentials, basic && slices.ContainsFunc(credentials, func(p Part) bool { return strings.Contains(p.Text, ":") })
}
