package safetext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"berth/safetext"
)

func TestJSONMeansTheSame(t *testing.T) {
	for _, text := range []string{"plain", "größe 模型 🚀 x", "a\u009b31m\x7f\u202e\U000e0041\u200d\x1b[2J\n", "\u2066\ufeff\u0301\u0301"} {
		doc, err := json.Marshal(map[string]string{text: text})
		if err != nil {
			t.Fatal(err)
		}
		safe := safetext.JSON(doc)
		var back map[string]string
		if err := json.Unmarshal(safe, &back); err != nil || back[text] != text {
			t.Errorf("%+q becomes %s: %+q, %v", text, safe, back, err)
		}
		check(t, string(safe))
		if text == "größe 模型 🚀 x" && !strings.Contains(string(safe), text) {
			t.Errorf("letters are escaped: %s", safe)
		}
	}
	if got := safetext.JSON([]byte("\"\xff\"")); !utf8.Valid(got) {
		t.Errorf("%q is no UTF-8", got)
	}
}

func TestEncoderWritesALineThatATerminalMayGet(t *testing.T) {
	var out strings.Builder
	enc := safetext.NewEncoder(&out)
	for range 2 {
		if err := enc.Encode(map[string]string{"a": "<b> \u202e\u009b31m größe"}); err != nil {
			t.Fatal(err)
		}
	}
	if want := strings.Repeat(`{"a":"<b> \u202e\u009b31m größe"}`+"\n", 2); out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err := enc.Encode(func() {}); err == nil {
		t.Error("what is no value was written")
	}
}
