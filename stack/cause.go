package stack

// Cause is why a service is not as it should be, and what to do about it.
type Cause struct {
	Short  string   `json:"short"`            // for a badge: "out of memory"
	Text   string   `json:"text"`             // a sentence; untrusted
	Advice string   `json:"advice,omitempty"` // the next thing to try; untrusted
	Lines  []string `json:"lines,omitempty"`  // what the service said last; untrusted
	Loop   bool     `json:"loop,omitempty"`   // it ends again and again, and is started each time
}
