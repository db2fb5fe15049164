package store

import (
	"database/sql"
	"errors"
	"io/fs"
)

// sumsMost is how many files' sums are remembered.
const sumsMost = 1000

// Sum is the SHA-256, in hex, that a file of that size and time was remembered
// with; empty: none was.
func (h *History) Sum(path string, info fs.FileInfo) (sum string, err error) {
	err = h.do("recalling a file's sum", false, func(db *sql.DB) error {
		err := db.QueryRow("SELECT sum FROM sums WHERE path = ? AND size = ? AND time = ?", path, info.Size(), info.ModTime().UnixNano()).Scan(&sum)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return sum, err
}

// KeepSum remembers one, in place of what was remembered of that path.
func (h *History) KeepSum(path string, info fs.FileInfo, sum string) error {
	return h.do("remembering a file's sum", true, func(db *sql.DB) error {
		_, err := db.Exec("INSERT OR REPLACE INTO sums VALUES (?, ?, ?, ?)", path, info.Size(), info.ModTime().UnixNano(), sum)
		if err == nil {
			_, err = db.Exec("DELETE FROM sums WHERE rowid <= (SELECT max(rowid) FROM sums) - ?", sumsMost)
		}
		return err
	})
}
