package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"berth/stack"

	"github.com/rogpeppe/go-internal/lockedfile"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// patience is how long to wait for another Berth that is writing.
const patience = 5 * time.Second

// schema is the version of the tables, in the file's user_version.
const schema = 1

// tables are made at once. Large columns come last: SQLite reads a row from its
// beginning, and lists need no bodies.
const tables = `
CREATE TABLE predictions (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: people refer to it
	at INTEGER NOT NULL, project TEXT NOT NULL, service TEXT NOT NULL, number INTEGER NOT NULL, origin TEXT NOT NULL,
	endpoint TEXT NOT NULL, base TEXT NOT NULL, media_type TEXT NOT NULL, params TEXT, headers TEXT,
	image_id TEXT NOT NULL, git_commit TEXT NOT NULL, dirty INTEGER NOT NULL, model TEXT NOT NULL, model_sum TEXT NOT NULL,
	status INTEGER NOT NULL, took INTEGER NOT NULL, connect INTEGER NOT NULL, wait INTEGER NOT NULL, receive INTEGER NOT NULL,
	answer_type TEXT NOT NULL, body_size INTEGER NOT NULL, answer_size INTEGER NOT NULL,
	secrets INTEGER NOT NULL, omitted INTEGER NOT NULL, weight INTEGER NOT NULL,
	error TEXT NOT NULL, body TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX of_project ON predictions (project); -- and in it by id, as in every index
CREATE INDEX of_service ON predictions (project, service);
CREATE TABLE totals (entries INTEGER NOT NULL, bytes INTEGER NOT NULL, dropped INTEGER NOT NULL);
INSERT INTO totals VALUES (0, 0, 0);
CREATE TABLE taken_over (sum TEXT PRIMARY KEY); -- of files of an older Berth
CREATE TABLE sums (path TEXT PRIMARY KEY, size INTEGER NOT NULL, time INTEGER NOT NULL, sum TEXT NOT NULL);
`

// do has f use the database. Where writing is false and there is no history, f
// is not called.
func (h *History) do(what string, writing bool, f func(*sql.DB) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	said, err := h.open(writing)
	if err == nil && h.db != nil {
		err = f(h.db)
	}
	if damaged(err) {
		aside := h.setAside(err)
		again, failed := h.open(writing)
		if said, err = errors.Join(said, aside, again), failed; err == nil && h.db != nil {
			err = f(h.db)
		}
	}
	if err != nil {
		err = &stack.Problem{What: what, Where: h.where(), Err: err, Hint: "predictions work without it; the file can be removed"}
	}
	return errors.Join(said, err)
}

// open has the database open, made where writing asks for it, with the history
// of an older Berth in it. What is only to be said is apart from what failed.
func (h *History) open(writing bool) (said, err error) {
	info, err := os.Stat(h.where())
	if h.db != nil && (err != nil || !os.SameFile(info, h.file)) { // removed, or set aside by another Berth
		_ = h.shut()
	}
	old := h.older()
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil && !writing && len(old) == 0:
		return nil, nil
	case err != nil || len(old) > 0:
		return h.prepare()
	case h.db == nil:
		return nil, h.connect()
	}
	return nil, nil
}

// prepare makes the database and takes over what an older Berth left, with other
// Berths kept out.
func (h *History) prepare() (said, err error) {
	unlock, err := h.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if _, err = os.Stat(h.where()); errors.Is(err, fs.ErrNotExist) {
		err = h.create()
	}
	if err == nil && h.db == nil {
		err = h.connect()
	}
	if err != nil {
		return nil, err
	}
	return h.takeOver()
}

// create makes the file elsewhere first: no other Berth sees half of it.
func (h *History) create() error {
	f, err := os.CreateTemp(h.dir, ".new-*") // mode 0600, which SQLite takes for the files beside it too
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		err = initialize(f.Name())
	}
	if err == nil {
		err = os.Rename(f.Name(), h.where())
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func initialize(file string) error {
	db, err := dial(file)
	if err != nil {
		return err
	}
	_, err = db.Exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;" + tables + fmt.Sprintf("PRAGMA user_version = %d; COMMIT", schema))
	return errors.Join(err, db.Close())
}

// errForeign is a database that Berth did not make.
var errForeign = errors.New("it has no tables of Berth's")

func (h *History) connect() error {
	info, err := os.Stat(h.where())
	if err != nil {
		return err
	}
	db, err := dial(h.where())
	if err != nil {
		return err
	}
	var version int
	switch err = db.QueryRow("PRAGMA user_version").Scan(&version); {
	case err != nil:
	case version > schema:
		err = fmt.Errorf("it was made by a newer Berth, version %d", version)
	case version < schema:
		err = errForeign
	default:
		h.db, h.file = db, info
		return nil
	}
	return errors.Join(err, db.Close())
}

// dial has a database file opened when it is used.
func dial(file string) (*sql.DB, error) {
	options := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()),
		"synchronous(NORMAL)", // in a WAL: what a power cut takes is the last predictions, not the file
		"journal_size_limit(4194304)",
	}}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: file, RawQuery: options.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func (h *History) shut() error {
	if h.db == nil {
		return nil
	}
	db := h.db
	h.db = nil
	return db.Close()
}

// lock keeps other Berths out; it needs the folder, and makes it.
func (h *History) lock() (unlock func(), err error) {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		return nil, err
	}
	return lockedfile.MutexAt(filepath.Join(h.dir, ".lock")).Lock()
}

// damaged tells a file that is no database of Berth's, or not a whole one.
func damaged(err error) bool {
	if errors.Is(err, errForeign) {
		return true
	}
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB)
}

// setAside renames a damaged file, unless another Berth has done so.
func (h *History) setAside(why error) error {
	problem := &stack.Problem{What: "reading the prediction history", Where: h.where(), Err: why}
	was, err := os.Stat(h.where())
	if err == nil {
		var unlock func()
		if unlock, err = h.lock(); err == nil {
			defer unlock()
			_ = h.shut()
			err = h.rename(was)
		}
	}
	if problem.Hint = "it is now " + filepath.Base(h.broken(was)) + ", and a new one is begun"; err != nil {
		problem.Hint = "it could not be set aside: " + err.Error()
	}
	return problem
}

func (h *History) rename(was fs.FileInfo) error {
	if now, err := os.Stat(h.where()); err != nil || !os.SameFile(was, now) {
		return nil
	}
	var errs []error
	for _, part := range []string{"-wal", "-shm", ""} {
		if err := os.Rename(h.where()+part, h.broken(was)+part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// broken is the name of a damaged file, by when it was written last.
func (h *History) broken(info fs.FileInfo) string {
	at := ""
	if info != nil {
		at = info.ModTime().Format("20060102-150405")
	}
	return h.where() + ".broken-" + at
}
