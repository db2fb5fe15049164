package store

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"berth/stack"
)

// columns are those of every prediction, in the order of scan.
const columns = `id, at, project, service, number, origin, endpoint, base, media_type, params, headers,
	image_id, git_commit, dirty, model, model_sum, status, took, connect, wait, receive,
	answer_type, body_size, answer_size, secrets, omitted, error`

type scanner interface{ Scan(into ...any) error }

// scan reads a row of columns, and with whole of body and answer.
func scan(from scanner, whole bool) (stack.Prediction, error) {
	var p stack.Prediction
	var at int64
	var params, headers sql.NullString
	into := []any{
		&p.ID, &at, &p.Project, &p.Service, &p.Number, &p.Origin, &p.Endpoint, &p.Base, &p.MediaType, &params, &headers,
		&p.ImageID, &p.Commit, &p.Dirty, &p.Model, &p.ModelSum, &p.Status, &p.Took, &p.Connect, &p.Wait, &p.Receive,
		&p.AnswerType, &p.BodySize, &p.AnswerSize, &p.Secrets, &p.Omitted, &p.Error,
	}
	if whole {
		into = append(into, &p.Body, &p.Answer)
	}
	if err := from.Scan(into...); err != nil {
		return p, err
	}
	p.At = time.Unix(0, at)
	return p, errors.Join(sentOf(params, &p.Params), sentOf(headers, &p.Headers))
}

func sentOf(text sql.NullString, list *[]stack.Sent) error {
	if !text.Valid {
		return nil
	}
	return json.Unmarshal([]byte(text.String), list)
}

// record adds rows and drops what is beyond the limits, in one transaction.
func record(db *sql.DB, rows []row, l Limits) (ids []int64, err error) {
	tx, err := db.Begin()
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if ids, err = insert(tx, rows); err != nil {
		return nil, err
	}
	if err := drop(tx, l); err != nil {
		return nil, err
	}
	return ids, tx.Commit()
}

func insert(tx *sql.Tx, rows []row) (ids []int64, err error) {
	add, err := tx.Prepare("INSERT INTO predictions (" + strings.TrimPrefix(columns, "id, ") + ", body, answer, weight) VALUES (?" + strings.Repeat(", ?", 28) + ")")
	if err != nil {
		return nil, err
	}
	defer add.Close()
	var bytes int64
	for _, r := range rows {
		result, err := add.Exec(r.At.UnixNano(), r.Project, r.Service, r.Number, cmp.Or(r.Origin, stack.ByPerson), r.Endpoint, r.Base, r.MediaType, sentJSON(r.Params), sentJSON(r.Headers),
			r.ImageID, r.Commit, r.Dirty, r.Model, r.ModelSum, r.Status, r.Took, r.Connect, r.Wait, r.Receive,
			r.AnswerType, r.BodySize, r.AnswerSize, r.Secrets, r.Omitted, r.Error, r.Body, r.Answer, r.weight)
		if err != nil {
			return nil, err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
		bytes += r.weight
	}
	_, err = tx.Exec("UPDATE totals SET entries = entries + ?, bytes = bytes + ?", len(rows), bytes)
	return ids, err
}

// drop removes the oldest until the rest is within the limits, and counts them.
func drop(tx *sql.Tx, l Limits) error {
	var entries, bytes int64
	if err := tx.QueryRow("SELECT entries, bytes FROM totals").Scan(&entries, &bytes); err != nil {
		return err
	}
	if entries <= int64(l.Entries) && bytes <= l.Bytes {
		return nil
	}
	rows, err := tx.Query("SELECT id, weight FROM predictions ORDER BY id LIMIT ?", entries-1)
	if err != nil {
		return err
	}
	defer rows.Close()
	var last, dropped, freed int64
	for (entries-dropped > int64(l.Entries) || bytes-freed > l.Bytes) && rows.Next() {
		var weight int64
		if err := rows.Scan(&last, &weight); err != nil {
			return err
		}
		dropped++
		freed += weight
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM predictions WHERE id <= ?", last); err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE totals SET entries = entries - ?, bytes = bytes - ?, dropped = dropped + ?", dropped, freed, dropped)
	return err
}

// remove deletes what a project has, or one of its services.
func remove(db *sql.DB, project, service string) (int64, error) {
	tx, err := db.Begin()
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback() }()
	result, err := tx.Exec("DELETE FROM predictions WHERE project = ? AND (? = '' OR service = ?)", project, service, service)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec("UPDATE totals SET (entries, bytes) = (SELECT count(*), coalesce(sum(weight), 0) FROM predictions)"); err != nil {
		return 0, err
	}
	if err := tx.Commit(); err != nil {
		return 0, err
	}
	_, err = db.Exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
	removed, _ := result.RowsAffected()
	return removed, err
}
