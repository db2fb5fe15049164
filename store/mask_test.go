package store

import (
	"strings"
	"testing"

	"berth/stack"
)

func TestMask(t *testing.T) {
	for _, test := range []struct {
		in, want string
		secrets  int
	}{
		{`{"user": "me", "password" : "p\"w", "n":1e3}`, `{"user": "me", "password" : "•••", "n":1e3}`, 1},
		{`{"auth":{"API-Key":"x","accessToken":"y","max_tokens":5,"tokens":["a"]}}`, `{"auth":{"API-Key":"•••","accessToken":"•••","max_tokens":5,"tokens":["a"]}}`, 2},
		{`{"credentials":[{"user":"me"},"x",7,null,true,""]}`, `{"credentials":[{"user":"•••"},"•••",7,null,true,""]}`, 2},
		{`{"token":12,"monkey":"x","keyboard":"y","key":"z"}`, `{"token":12,"monkey":"x","keyboard":"y","key":"•••"}`, 1},
		{`["password", "x"]`, `["password", "x"]`, 0},
		{`{"password": "x"`, `{"password": "•••"`, 1},
		{`{"a": 1,, "password" :"p\"w", "b": "c"}`, `{"a": 1,, "password" :"•••", "b": "c"}`, 1},
		{`{"password": "x\"`, `{"password": "•••"`, 1},
		{"data: {\"token\":\"x\"}\n\ndata: {\"text\":\"y\"}\n", "data: {\"token\":\"•••\"}\n\ndata: {\"text\":\"y\"}\n", 1},
		{``, ``, 0},
	} {
		got, n := Mask([]byte(test.in))
		if string(got) != test.want || n != test.secrets {
			t.Errorf("%s\n got %s, %d\nwant %s", test.in, got, n, test.want)
		}
		for _, hole := range Holes(got) {
			if s := string(got[hole.Start:hole.End]); s != `"`+Masked+`"` || !Secret(hole.Name) {
				t.Errorf("%s: a hole at %q, of %s", got, s, hole.Name)
			}
			n--
		}
		if n != 0 {
			t.Errorf("%s: %d holes were not found", got, n)
		}
	}
}

// No secret is on the disk, wherever it stood, and however a service repeats it.
func TestNothingMaskedIsStored(t *testing.T) {
	h := open(t)
	id := saved(t, h, stack.Prediction{
		Service: "api", Endpoint: "POST /p",
		Params:  []stack.Sent{{Name: "api_key", Value: "hunter3é", In: "query"}, {Name: "page", Value: "7", In: "query"}},
		Headers: []stack.Sent{{Name: "X-Token", Value: "hunter4"}, {Name: "Authorization", Value: "Bearer $TOKEN"}},
		Body:    `{"password": "hunter2", "x": 1, "pin_key": "abc"}`,
		Answer:  `{"detail":[{"loc":["body","x"],"input":{"password":"hunter2"}},{"msg":"not \"hunter2\" nor hunter3\u00e9, hunter4, hunter5","abc":"abcd","b":"abc"}]}`,
		Error:   "refused: hunter2 hunter5",
	}, "hunter5")
	if disk := onDisk(t, h); strings.Contains(disk, "hunter") {
		at := strings.Index(disk, "hunter")
		t.Errorf("on the disk: %q", disk[max(0, at-40):at+20])
	}
	p := get(t, h, id)
	want := `{"detail":[{"loc":["body","x"],"input":{"password":"•••"}},{"msg":"not \"•••\" nor •••, •••, •••","abc":"abcd","b":"•••"}]}`
	if p.Answer != want || p.Error != "refused: ••• •••" || p.Secrets != 4 || p.Params[1].Value != "7" || p.Headers[1].Value != "Bearer $TOKEN" {
		t.Errorf("got %+v\n%s", p, p.Answer)
	}
}
