package stack

import "time"

// Image is an image that the Engine has.
type Image struct {
	ID      string            `json:"id"` // sha256:…
	Tags    []string          `json:"tags,omitempty"`
	Created time.Time         `json:"created,omitzero"`
	Size    int64             `json:"size"` // bytes
	Labels  map[string]string `json:"labels,omitempty"`
}

// shortID is how many digits docker prints of an ID.
const shortID = 12

// ShortID is the first 12 digits of an image or container ID, as docker
// prints it.
func ShortID(id string) string {
	for i := range len(id) {
		if id[i] == ':' {
			id = id[i+1:]
			break
		}
	}
	return id[:min(shortID, len(id))]
}
