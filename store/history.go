package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"berth/stack"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Bounds of one project's history.
const (
	maxEntries = 500
	maxText    = 1 << 20 // bytes of a body or answer; longer ones are left out
	maxFile    = 8 << 20 // bytes from which on the file is shortened to half
)

// Prediction is one that was sent. Secrets in Body and Answer are masked when
// it is saved.
type Prediction struct {
	At       time.Time     `json:"at"`
	Project  string        `json:"project"`
	Service  string        `json:"service"`
	Endpoint string        `json:"endpoint"` // "POST /predict"
	ImageID  string        `json:"image_id,omitempty"`
	Body     string        `json:"body"` // as it was written
	Status   int           `json:"status,omitempty"`
	Took     time.Duration `json:"took,omitempty"` // nanoseconds
	Answer   string        `json:"answer,omitempty"`
	// Secrets counts the texts that were masked in Body.
	Secrets int `json:"secrets,omitempty"`
	// Omitted counts the bytes of Body and Answer that were too long to keep.
	Omitted int `json:"omitted,omitempty"`
}

// History is the predictions of all projects: a file of JSON lines for each,
// with the newest last.
type History struct {
	dir     string
	maxFile int
}

// OpenHistory uses a folder that is made when first saved to; empty means
// StateDir()/history.
func OpenHistory(dir string) (*History, error) {
	dir, err := stateFolder(dir, "history")
	if err != nil {
		return nil, err
	}
	return &History{dir: dir, maxFile: maxFile}, nil
}

// Last is the body that was last sent to an endpoint; nil when there is none.
// Like Recent it gives what can be read together with an error that says what
// cannot.
func (h *History) Last(project, service, endpoint string) ([]byte, error) {
	all, err := h.read(project)
	for _, p := range slices.Backward(all) {
		if p.Project == project && p.Service == service && p.Endpoint == endpoint && p.Body != "" {
			return []byte(p.Body), err
		}
	}
	return nil, err
}

// LastOf is what was last sent to a service, with what it answered; false when
// there is nothing.
func (h *History) LastOf(project, service string) (Prediction, bool, error) {
	all, err := h.read(project)
	for _, p := range slices.Backward(all) {
		if p.Project == project && p.Service == service && p.Body != "" {
			return p, true, err
		}
	}
	return Prediction{}, false, err
}

// Recent lists a project's predictions, newest first, at most n.
func (h *History) Recent(project string, n int) ([]Prediction, error) {
	all, err := h.read(project)
	all = slices.DeleteFunc(all, func(p Prediction) bool { return p.Project != project })
	slices.Reverse(all)
	return all[:min(n, len(all))], err
}

// Save adds a prediction.
func (h *History) Save(p Prediction) error {
	body, secrets := Mask([]byte(p.Body))
	answer, _ := Mask([]byte(p.Answer))
	p.Secrets = secrets
	p.Body, p.Answer = keep(body, &p.Omitted), keep(answer, &p.Omitted)
	line, err := json.Marshal(p)
	if err != nil {
		return err
	}
	unlock, err := h.lock()
	if err != nil {
		return h.problem("saving a prediction", p.Project, err)
	}
	defer unlock()
	if err := h.append(h.file(p.Project), append(line, '\n')); err != nil {
		return h.problem("saving a prediction", p.Project, err)
	}
	return nil
}

func keep(text []byte, omitted *int) string {
	if len(text) > maxText {
		*omitted += len(text)
		return ""
	}
	return string(text)
}

// lock keeps other Berths out; it needs the folder, and makes it.
func (h *History) lock() (unlock func(), err error) {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, err
	}
	return lockedfile.MutexAt(filepath.Join(h.dir, ".lock")).Lock()
}

func (h *History) append(file string, line []byte) (err error) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		// A line that a crash cut off must not swallow this one.
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
		if size > int64(h.maxFile) {
			return h.shorten(file, line)
		}
	}
	_, err = f.Write(line)
	return err
}

// shorten keeps the newest lines, within half the size.
func (h *History) shorten(file string, line []byte) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(append(text, line...), []byte("\n"))
	size, from := 0, len(lines)
	for from > 0 && size+len(lines[from-1]) <= h.maxFile/2 && len(lines)-from < maxEntries {
		from--
		size += len(lines[from])
	}
	return replace(file, bytes.Join(lines[from:], nil))
}

// read gives what a project's file holds. Lines that are none of ours are set
// aside, in a copy of the file, and reported.
func (h *History) read(project string) ([]Prediction, error) {
	file := h.file(project)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, h.problem("reading the prediction history", project, err)
	}
	list, good, broken := parse(text)
	if broken == 0 {
		return list, nil
	}
	problem := &stack.Problem{
		What:  "reading the prediction history",
		Where: file,
		Err:   fmt.Errorf("%d of %d lines are broken", broken, broken+len(list)),
	}
	unlock, err := h.lock()
	if err != nil {
		problem.Hint = "they could not be set aside: " + err.Error()
		return list, problem
	}
	defer unlock()
	if again, err := os.ReadFile(file); err == nil { // what others added meanwhile
		text = again
		list, good, _ = parse(text)
	}
	aside := fmt.Sprintf("%s.broken-%s", file, time.Now().Format("20060102-150405"))
	if err := errors.Join(replace(aside, text), replace(file, good)); err != nil {
		problem.Hint = "they could not be set aside: " + err.Error()
		return list, problem
	}
	problem.Hint = "the file as it was is now " + filepath.Base(aside) + ", the other lines stay in use"
	return list, problem
}

func parse(text []byte) (list []Prediction, good []byte, broken int) {
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var p Prediction
		if err := json.Unmarshal(line, &p); err != nil || p.Endpoint == "" {
			broken++
			continue
		}
		list, good = append(list, p), append(good, line...)
	}
	return list[max(len(list)-maxEntries, 0):], good, broken
}

// file is named after the project, whose name compose restricts to what file
// systems take; anything else a caller might pass is made so.
func (h *History) file(project string) string {
	return filepath.Join(h.dir, fileName(project)+".jsonl")
}

func (h *History) problem(what, project string, err error) error {
	return &stack.Problem{What: what, Where: h.file(project), Err: err, Hint: "predictions work without it"}
}
