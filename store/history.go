package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"berth/stack"
)

// maxText is how many bytes of a body or answer are kept; of a longer one, none.
const maxText = 1 << 20

// Limits bounds a history. What is beyond them is dropped, the oldest first, but
// never the newest.
type Limits struct {
	Entries int
	Bytes   int64 // of the texts in it; the file takes about a tenth more
}

// History is the predictions of all projects, in a database in the user's state
// directory. Several Berths may use it at once. It is opened when it is first
// used, and costs nothing before.
//
// What goes wrong with it is a *stack.Problem beside whatever could be done: a
// file that is damaged is set aside, told of once, and a new one begun.
type History struct {
	dir    string
	limits Limits

	mu   sync.Mutex
	db   *sql.DB     // nil: not open
	file fs.FileInfo // that it has open
}

// OpenHistory uses a folder that is made when first saved to; empty means
// StateDir()/history.
func OpenHistory(dir string, l Limits) (*History, error) {
	dir, err := stateFolder(dir, "history")
	if err != nil {
		return nil, err
	}
	return &History{dir: dir, limits: l}, nil
}

// Close ends the use for now.
func (h *History) Close() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.shut()
}

// Save adds predictions, all or none, with the secrets in them masked: those
// that go by such a name, and wherever else they stand too, as hidden do, which
// are values that nobody may read. It makes them what is kept, with IDs.
func (h *History) Save(predictions []*stack.Prediction, hidden ...string) error {
	rows := make([]row, len(predictions))
	for i, p := range predictions {
		rows[i] = rowOf(*p, hidden)
		*p = rows[i].Prediction
	}
	return h.do("saving a prediction", true, func(db *sql.DB) error {
		ids, err := record(db, rows, h.limits)
		for i, id := range ids {
			predictions[i].ID = id
		}
		return err
	})
}

// Last is the body that was last sent to an endpoint by a person; nil when there
// is none.
func (h *History) Last(project, service, endpoint string) ([]byte, error) {
	p, ok, err := h.one("project = ? AND service = ? AND endpoint = ? AND origin IN ('person', 'replay') AND body <> '' ORDER BY id DESC LIMIT 1", project, service, endpoint)
	if !ok {
		return nil, err
	}
	return []byte(p.Body), err
}

// mine are the predictions of a person, and those whose bodies were kept.
const mine = "origin IN ('person', 'replay') AND (body <> '' OR body_size = 0)"

// LastOf is what a person last sent to a service, or where none is named to any
// of the project, with what it answered; false when there is nothing.
func (h *History) LastOf(project, service string) (stack.Prediction, bool, error) {
	if service == "" {
		return h.one("project = ? AND "+mine+" ORDER BY id DESC LIMIT 1", project)
	}
	return h.one("project = ? AND service = ? AND "+mine+" ORDER BY id DESC LIMIT 1", project, service)
}

// Get is a prediction by its ID, whole; false when there is none, or not any
// more.
func (h *History) Get(id int64) (stack.Prediction, bool, error) {
	return h.one("id = ?", id)
}

func (h *History) one(where string, args ...any) (p stack.Prediction, ok bool, err error) {
	err = h.do("reading the prediction history", false, func(db *sql.DB) error {
		p, err = scan(db.QueryRow("SELECT "+columns+", body, answer FROM predictions WHERE "+where, args...), true)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return p, ok, err
}

// Clear removes a project's predictions, or those of one of its services, and
// says how many there were. No trace is left in the file.
func (h *History) Clear(project, service string) (removed int64, err error) {
	err = h.do("clearing the prediction history", false, func(db *sql.DB) error {
		removed, err = remove(db, project, service)
		return err
	})
	return removed, err
}

// sentJSON is how parameters and headers are kept: NULL where there are none.
func sentJSON(list []stack.Sent) any {
	if len(list) == 0 {
		return nil
	}
	text, err := json.Marshal(list)
	if err != nil { // of strings alone
		return nil
	}
	return string(text)
}

// where is the database's file.
func (h *History) where() string { return filepath.Join(h.dir, "predictions.db") }

// row is a prediction as it is kept.
type row struct {
	stack.Prediction
	weight int64
}

// rowOf has the secrets masked and long texts left out.
func rowOf(p stack.Prediction, hidden []string) row {
	hidden = slices.Clone(hidden)
	p.Secrets = 0
	hide := func(list []stack.Sent) []stack.Sent {
		list = slices.Clone(list)
		for i, s := range list {
			if Secret(s.Name) && s.Value != "" && s.Value != os.Expand(s.Value, func(string) string { return "" }) {
				continue // it refers to the environment
			}
			if Secret(s.Name) && s.Value != "" {
				hidden = append(hidden, s.Value)
				list[i].Value = Masked
				p.Secrets++
			}
		}
		return list
	}
	p.Params, p.Headers = hide(p.Params), hide(p.Headers)
	keep := func(text string, gather bool) string {
		if len(text) > maxText {
			p.Omitted += int64(len(text))
			return ""
		}
		masked, values := mask([]byte(text))
		if gather {
			hidden = append(hidden, values...)
			p.Secrets += len(values)
		}
		return string(Conceal(masked, hidden))
	}
	p.BodySize = max(p.BodySize, int64(len(p.Body)))
	p.AnswerSize = max(p.AnswerSize, int64(len(p.Answer)))
	p.Omitted = p.BodySize + p.AnswerSize - int64(len(p.Body)+len(p.Answer))
	p.Body, p.Answer, p.Error = keep(p.Body, true), keep(p.Answer, false), keep(p.Error, false)
	return row{p, int64(len(p.Body) + len(p.Answer) + len(p.Error))}
}
