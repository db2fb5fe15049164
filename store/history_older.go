package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"berth/stack"
)

// older lists the files in which Berths before this one kept the history: JSON
// lines, one file for each project.
func (h *History) older() []string {
	files, _ := filepath.Glob(filepath.Join(h.dir, "project-*.jsonl")) // the pattern is right
	return files
}

// line is what stood on one.
type line struct {
	At       time.Time     `json:"at"`
	Project  string        `json:"project"`
	Service  string        `json:"service"`
	Endpoint string        `json:"endpoint"`
	ImageID  string        `json:"image_id"`
	Body     string        `json:"body"`
	Status   int           `json:"status"`
	Took     time.Duration `json:"took"`
	Answer   string        `json:"answer"`
	Omitted  int64         `json:"omitted"`
}

// takeOver has such files in the database, and sets them aside, the lines too
// that cannot be read. Other Berths, older ones too, are kept out meanwhile.
func (h *History) takeOver() (said, err error) {
	for _, file := range h.older() {
		text, err := os.ReadFile(file)
		if err != nil {
			return said, err
		}
		digest := sha256.Sum256(text)
		sum := hex.EncodeToString(digest[:])
		broken, err := takeLines(h.db, text, sum)
		if err != nil {
			return said, err
		}
		aside := file + ".taken-over-" + sum[:8]
		if err := os.Rename(file, aside); err != nil {
			return said, err
		}
		if broken > 0 {
			said = errors.Join(said, &stack.Problem{
				What: "taking over the prediction history", Where: file, Err: fmt.Errorf("%d lines are broken", broken),
				Hint: "the file as it was is now " + filepath.Base(aside),
			})
		}
	}
	return said, nil
}

// takeLines adds the lines of a file, unless they were before a crash.
func takeLines(db *sql.DB, text []byte, sum string) (broken int, err error) {
	rows, broken := parse(text)
	tx, err := db.Begin()
	if err != nil {
		return broken, err
	}
	defer func() { _ = tx.Rollback() }()
	added, err := tx.Exec("INSERT INTO taken_over VALUES (?) ON CONFLICT DO NOTHING", sum)
	if err != nil {
		return broken, err
	}
	if n, err := added.RowsAffected(); err != nil || n == 0 {
		return broken, err
	}
	if _, err := insert(tx, rows); err != nil {
		return broken, err
	}
	return broken, tx.Commit()
}

func parse(text []byte) (rows []row, broken int) {
	for l := range bytes.Lines(text) {
		if len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		var old line
		if err := json.Unmarshal(l, &old); err != nil || old.Endpoint == "" {
			broken++
			continue
		}
		r := rowOf(stack.Prediction{
			At: old.At, Project: old.Project, Service: old.Service, Endpoint: old.Endpoint, ImageID: old.ImageID,
			Body: old.Body, Status: old.Status, Took: old.Took, Answer: old.Answer,
		}, nil)
		r.Omitted = old.Omitted
		rows = append(rows, r)
	}
	return rows, broken
}
