package predict

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/stack"
)

const uploads = `{"openapi":"3.1.0","paths":{
 "/predict/files":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{"type":"object","required":["image","threshold"],"properties":{
   "image":{"type":"string","format":"binary"},"threshold":{"type":"number","default":0.5},"labels":{"type":"array","items":{"type":"string"}},
   "more":{"type":"array","items":{"type":"string","contentMediaType":"application/octet-stream"},"minItems":1},
   "note":{"type":"string","default":"@/etc/passwd"}}}}}}}},
 "/predict/form":{"post":{"requestBody":{"content":{"application/x-www-form-urlencoded":{"schema":{"type":"object","properties":{"a":{"type":"integer","default":3},"b":{"type":"string","default":"x y&z"}}}}}}}},
 "/predict/raw":{"post":{"requestBody":{"content":{"image/png":{}}}}},
 "/predict/any":{"post":{"requestBody":{"content":{"audio/*":{}}}}},
 "/predict/text":{"post":{"requestBody":{"content":{"text/plain":{"example":"Good day"}}}}},
 "/predict/query":{"post":{"parameters":[{"name":"x","in":"query","required":true,"schema":{"type":"number","default":1.5}},{"name":"y","in":"query","schema":{"type":"string"}}]}},
 "/predict/both":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{}},"application/json":{"schema":{"type":"object"}}}}}}
}}`

// received is a request as a server understands it.
func received(r *http.Request) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", r.Method, r.URL.RequestURI(), kind)
	switch kind {
	case "multipart/form-data":
		m, err := r.MultipartReader()
		if err != nil {
			return err.Error()
		}
		for part, err := m.NextPart(); err == nil; part, err = m.NextPart() {
			text, _ := io.ReadAll(part)
			fmt.Fprintf(&b, "|%s %s %s %s", part.FormName(), part.FileName(), part.Header.Get("Content-Type"), text)
		}
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return err.Error()
		}
		fmt.Fprint(&b, "|", r.PostForm)
	default:
		text, _ := io.ReadAll(r.Body)
		fmt.Fprint(&b, "|", string(text))
	}
	return b.String()
}

func TestBodiesThatAreNotJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"cat.png": "PNG", "two.bin": "\x00\x01", "image": "a placeholder"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = received(r) }))
	defer s.Close()
	a, err := read([]byte(uploads))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, body, want, err string }{
		{
			"/predict/files", `{"image":"@cat.png","threshold":0.75,"labels":["a","@@b"],"more":["@cat.png","@two.bin"],"none":null}`,
			"POST /predict/files multipart/form-data|image cat.png image/png PNG|threshold   0.75|labels   a|labels   @b|more cat.png image/png PNG|more two.bin application/octet-stream \x00\x01", "",
		},
		{"/predict/files", `{"image":"@gone.png"}`, "", "field image: open gone.png: no such file"},
		{"/predict/files", `[1]`, "", "a form is written as a JSON object"},
		{"/predict/form", `{"a":3,"b":"x y&z"}`, "POST /predict/form application/x-www-form-urlencoded|map[a:[3] b:[x y&z]]", ""},
		{"/predict/raw", "@cat.png\n", "POST /predict/raw image/png|PNG", ""},
		{"/predict/any", "@cat.png", "POST /predict/any image/png|PNG", ""},
		{"/predict/raw", "@", "POST /predict/raw image/png|@", ""},
		{"/predict/text", "@@home", "POST /predict/text text/plain|@home", ""},
		{"/predict/query", "", "POST /predict/query?x=1.5 |", ""},
		{"/predict/both", "{}", "POST /predict/both application/json|{}", ""},
	} {
		e, err := a.Choose(c.path)
		if err != nil {
			t.Fatal(err)
		}
		got = ""
		_, err = Send(t.Context(), s.Client(), s.URL, e, []byte(c.body), SendOptions{})
		if got != c.want || (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s of %s: %v, got\n%q, want\n%q", c.path, c.body, err, got, c.want)
		}
	}
	e, err := a.Choose("/predict/query")
	if err != nil {
		t.Fatal(err)
	}
	if e, err = e.WithParam("y", "a b"); err != nil {
		t.Fatal(err)
	}
	if url := e.URL("http://x"); url != "http://x/predict/query?x=1.5&y=a+b" {
		t.Error(url)
	}
	_, err = e.WithParam("z", "")
	if p, ok := errors.AsType[*stack.Problem](err); !ok || !slices.Equal(p.Lines, []string{"x (query)", "y (query)"}) || !errors.Is(err, stack.ErrUsage) {
		t.Errorf("a parameter that is not there: %v", err)
	}
}

// A document names no file of the person's to be sent: that is theirs to say.
func TestAFirstBodyNamesNoFileOfThePersons(t *testing.T) {
	t.Chdir(t.TempDir())
	a, err := read([]byte(uploads))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/predict/files": `{"image":"@image","threshold":0.5,"note":"@@/etc/passwd"}`,
		"/predict/raw":   "@image.png", "/predict/any": "@audio.wav", "/predict/text": "Good day", "/predict/query": "",
		"/predict/form": `{"a":3,"b":"x y&z"}`,
	} {
		e, err := a.Choose(path)
		if err != nil {
			t.Fatal(err)
		}
		body, _, err := e.FirstBody(nil)
		if got := strings.NewReplacer("\n", "", "  ", "", `": `, `":`).Replace(string(body)); got != want || err != nil {
			t.Errorf("%s: %s, %v", path, got, err)
		}
		last := []byte("a: b")
		if body, origin, _ := e.FirstBody(last); e.JSON() == (origin == OriginLast) && path != "/predict/query" {
			t.Errorf("%s: the last body %s comes back as %s", path, last, body)
		}
	}
	e, err := a.Choose("/predict/files")
	if err != nil {
		t.Fatal(err)
	}
	body := "{\n\"threshold\": 1,\n\"image\": \"@image\",\n\"more\": [\"@" + filepath.Dir(os.Args[0]) + "\"]}"
	wrong := e.Validate([]byte(body))
	if len(wrong) != 2 || wrong[0].Path != "image" || wrong[0].Line != 3 || wrong[1].Path != "more" || !strings.Contains(wrong[0].Message, "there is no file image") {
		t.Errorf("files that are not there: %v", wrong)
	}
}

// Neither does an offer, a choice, or a correction.
func TestNoOfferNamesAFileOfThePersons(t *testing.T) {
	a, err := read([]byte(`{"openapi":"3.1.0","paths":{"/predict":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{"type":"object","required":["note","image"],"properties":{
 "note":{"type":"string","default":"@/etc/passwd"},"image":{"type":"string","format":"binary"},"kind":{"enum":["@/etc/shadow","b"]},"list":{"type":"array","items":{"type":"string","default":"@/etc/hosts"}}}}}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	fields, _, err := e.Fields([]byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range []string{`"@@/etc/passwd"`, `"@image"`, `"@@/etc/shadow"`, `["@@/etc/hosts"]`} {
		if got := string(fields[n].Offer()); got != want {
			t.Errorf("%s is offered as %s, want %s", fields[n].Path(), got, want)
		}
	}
	if c := fields[2].Choices; c[0] != "@@/etc/shadow" || string(fields[2].Read(c[0])) != `"@@/etc/shadow"` {
		t.Errorf("the choices are %q", c)
	}
	_, mended, err := e.Corrected([]byte(`{}`), e.Corrections([]byte(`{}`), e.Validate([]byte(`{}`))))
	if got := compact(t, mended); err != nil || got != `{"note":"@@/etc/passwd","image":"@image"}` {
		t.Errorf("corrected it is %s, %v", got, err)
	}
}
