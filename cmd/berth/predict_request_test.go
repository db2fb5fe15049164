package main

import (
	"bytes"
	"io"
	"testing"

	"berth/predict"
)

// What comes in parts is printed once, also where a text comes after parts that
// were shown as themselves.
func TestPartsArePrintedAsTheyCome(t *testing.T) {
	var out bytes.Buffer
	live := &streaming{app: &app{streams: streams{out: &out, err: io.Discard}}}
	for _, s := range []predict.Stream{
		{Raw: true, Text: "{\"n\":1}\n"}, {Raw: true, Text: "{\"n\":1}\n{\"n\":2}\n"}, {Text: "Good"}, {Text: "Go"}, {Text: "Good day"},
	} {
		live.take(s)
	}
	if got := out.String(); got != "{\"n\":1}\n{\"n\":2}\nGood day" {
		t.Errorf("%q", got)
	}
}
