package predict

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Stream is an answer that comes in parts: server-sent events (the HTML
// standard, 9.2), JSON lines, or text in chunks.
type Stream struct {
	Events int           `json:"events"` // parts that came
	First  time.Duration `json:"first"`  // from the request sent to the first part that Text has: the time to first token
	Last   time.Duration `json:"last"`   // to the last one
	// Tokens is what the service says that it made, or the number of parts with
	// text, of which most servers send one for each token.
	Tokens  int  `json:"tokens"`
	Counted bool `json:"counted"` // the service says so
	// Text is the text of all parts, put together. It is untrusted.
	Text string `json:"text"`
	// Raw: no part has a text that is known, and Text is the parts themselves, one
	// a line.
	Raw bool `json:"raw,omitempty"`
}

// Unit is what First is the first of, for people.
func (s Stream) Unit() string {
	if s.Raw {
		return "part"
	}
	return "token"
}

// PerSecond is how many tokens came a second, from the first on; 0 when there
// were too few to tell.
func (s Stream) PerSecond() float64 {
	if min(s.Tokens, s.Events) < 5 || s.Last-s.First < 50*time.Millisecond {
		return 0
	}
	return float64(s.Tokens-1) / (s.Last - s.First).Seconds()
}

// streamed is what is known of a stream while it comes.
type streamed struct {
	Stream

	split  func(pending []byte) (part, rest []byte, ok bool)
	data   func(part []byte) []byte // what of a part is its data
	left   []byte                   // of a part that has not come whole
	text   strings.Builder
	raw    strings.Builder  // the parts, as long as none has text
	came   [2]time.Duration // when the first of them came, and the last
	spoken int              // parts with text
	start  time.Time
	each   func(data []byte) // is given the data of each part; nil: nobody wants it
	chat   bool              // it is of OpenAI's protocol, which says when it is whole
	whole  bool              // and has said so
}

// maxPart is how long a part may be that is looked into; what is longer counts
// as one, and its text is left to the body.
const maxPart = 1 << 20

// maxStream is from when on no more text is put together: as many bytes as are kept
// of an answer, of which it is told when there are more.
const maxStream = 32 << 20

// streamOf reads the parts of an answer, nil when it does not come in parts.
// start is when the request was sent.
func streamOf(r *http.Response, start time.Time) *streamed {
	given := r.Header.Get("Content-Type")
	if given == "application/json" { // most are, and none of them comes in parts
		return nil
	}
	kind, _, err := mime.ParseMediaType(given)
	if err != nil || r.StatusCode/100 != 2 {
		return nil
	}
	if s := partsOf(kind); s != nil {
		s.start = start
		return s
	}
	if !strings.HasPrefix(kind, "text/") || r.ContentLength >= 0 {
		return nil
	}
	return &streamed{
		start: start,
		split: func(pending []byte) (part, rest []byte, ok bool) { return pending, nil, len(pending) > 0 },
		data:  func(part []byte) []byte { return part },
	}
}

// partsOf reads what a media type says is made of parts; nil: it says no such thing.
func partsOf(kind string) *streamed {
	switch {
	case kind == "text/event-stream":
		return &streamed{split: nextEvent, data: eventData}
	case strings.HasSuffix(kind, "ndjson"), strings.HasSuffix(kind, "jsonl"), strings.HasSuffix(kind, "json-lines"), strings.HasSuffix(kind, "stream+json"), kind == "application/json-seq":
		return &streamed{split: nextLine, data: bytes.TrimSpace}
	}
	return nil
}

// HasDocuments reports whether there is JSON to be asked for in the answer: it is
// JSON, or came in parts.
func (r Response) HasDocuments() bool { return r.JSON || r.parts() != nil }

// parts reads those in which the answer came; nil: it came as a whole, or as text.
func (r Response) parts() *streamed {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.Stream == nil || err != nil {
		return nil
	}
	return partsOf(kind)
}

// Documents is the answer for a query: the body, or where it came in parts a JSON
// document on each line. A part that is not JSON is a string.
func (r Response) Documents() []byte {
	s := r.parts()
	if r.JSON || s == nil {
		return r.Body
	}
	var all bytes.Buffer
	s.each = func(data []byte) {
		if json.Compact(&all, data) != nil {
			text, _ := json.Marshal(string(data)) // of a string it does not fail
			all.Write(text)
		}
		all.WriteByte('\n')
	}
	s.take(r.Body, s.start)
	s.end(s.start)
	return all.Bytes()
}

// take reads what came at a time.
func (s *streamed) take(came []byte, at time.Time) {
	s.left = append(s.left, came...)
	for {
		part, rest, ok := s.split(s.left)
		if !ok {
			if len(s.left) > maxPart {
				s.left = nil
			}
			return
		}
		s.left = rest
		if data := s.data(part); len(data) > 0 {
			s.part(data, at)
		}
	}
}

// end reads what came last without an end.
func (s *streamed) end(at time.Time) {
	if data := s.data(s.left); len(data) > 0 {
		s.part(data, at)
	}
	s.left = nil
	if s.spoken == 0 && s.Events > 0 {
		s.showRaw()
	}
}

func (s *streamed) part(data []byte, at time.Time) {
	if string(data) == "[DONE]" { // how OpenAI's protocol ends a stream
		s.whole = true
		return
	}
	if s.each != nil {
		s.each(data)
	}
	s.Events++
	v, err := decode(data)
	if err != nil {
		v = string(data)
	}
	if lookup(v, "/object") == "chat.completion.chunk" {
		_, ends := lookup(v, "/choices/0/finish_reason").(string)
		s.chat, s.whole = true, s.whole || ends
	}
	text, tokens, known := spoken(v)
	if tokens > 0 {
		s.Tokens, s.Counted = tokens, true
	}
	if text == "" {
		s.wordless(data, known, at)
		return
	}
	if s.text.Len() < maxStream {
		s.text.WriteString(text)
	}
	s.Text, s.Raw = s.text.String(), false
	s.raw = strings.Builder{}
	if s.spoken++; !s.Counted {
		s.Tokens = s.spoken
	}
	s.Last = at.Sub(s.start)
	if s.spoken == 1 {
		s.First = s.Last
	}
}

// wordless takes a part without text. One of a known shape says nothing, as the
// first of a chat, unless none ever does.
func (s *streamed) wordless(data []byte, known bool, at time.Time) {
	if s.spoken > 0 {
		return
	}
	if s.came[1] = at.Sub(s.start); s.raw.Len() == 0 {
		s.came[0] = s.came[1]
	}
	var line bytes.Buffer
	_ = json.Compact(&line, data) // it was decoded
	if s.raw.Len() < maxStream {
		s.raw.Write(line.Bytes())
		s.raw.WriteByte('\n')
	}
	if !known || s.Raw {
		s.showRaw()
	}
}

func (s *streamed) showRaw() {
	s.Raw, s.Text = true, s.raw.String()
	s.First, s.Last = s.came[0], s.came[1]
}

// nextEvent cuts off an event: lines up to an empty one.
func nextEvent(pending []byte) (part, rest []byte, ok bool) {
	for at := 0; ; {
		n := bytes.IndexByte(pending[at:], '\n')
		if n < 0 {
			return nil, pending, false
		}
		line := bytes.TrimSuffix(pending[at:at+n], []byte("\r"))
		at += n + 1
		if len(line) == 0 {
			return pending[:at], pending[at:], true
		}
	}
}

// eventData is an event's data lines, joined.
func eventData(part []byte) []byte {
	var data [][]byte
	for line := range bytes.Lines(part) {
		if value, ok := bytes.CutPrefix(bytes.TrimRight(line, "\r\n"), []byte("data:")); ok {
			data = append(data, bytes.TrimPrefix(value, []byte(" ")))
		}
	}
	return bytes.Join(data, []byte("\n"))
}

func nextLine(pending []byte) (part, rest []byte, ok bool) {
	n := bytes.IndexByte(pending, '\n')
	if n < 0 {
		return nil, pending, false
	}
	return pending[:n], pending[n+1:], true
}

// textAt are the places where servers put the text of a part: OpenAI's chat and
// completions (vLLM, llama.cpp, LiteLLM), Ollama's, Text Generation Inference's,
// Triton's generate_stream; and what people call it who write their own.
var textAt = []string{
	"/choices/0/delta/content", "/choices/0/text", "/message/content", "/response", "/token/text", "/text_output",
	"/text", "/content", "/token", "/delta", "/output", "/answer",
}

// tokensAt are the places where they count the tokens that they made.
var tokensAt = []string{"/usage/completion_tokens", "/eval_count", "/details/generated_tokens"}

// spoken is the text of a part, and how many tokens the service says there were
// in all; known reports whether it has a place for either.
func spoken(v any) (text string, tokens int, known bool) {
	if s, ok := v.(string); ok {
		return s, 0, true
	}
	_, known = lookup(v, "/choices").([]any) // a delta may have anything
	for _, at := range textAt {
		if s, ok := lookup(v, at).(string); ok {
			text, known = s, true
			break
		}
	}
	for _, at := range tokensAt {
		if n, ok := lookup(v, at).(json.Number); ok {
			var err error
			if tokens, err = strconv.Atoi(n.String()); err == nil {
				return text, tokens, true
			}
		}
	}
	return text, tokens, known
}

// Spoken is the text of an answer that came as server-sent events, put together;
// false: it is none such, or has no text. It is untrusted.
func Spoken(answer []byte) (string, bool) {
	if head := bytes.TrimLeft(answer, "\r\n"); !bytes.HasPrefix(head, []byte("data:")) && !bytes.HasPrefix(head, []byte("event:")) && !bytes.HasPrefix(head, []byte(":")) {
		return "", false
	}
	s := streamed{split: nextEvent, data: eventData}
	s.take(answer, s.start)
	s.end(s.start)
	return s.text.String(), s.spoken > 0
}
