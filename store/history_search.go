package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"berth/stack"
)

// pageSize is how many predictions are listed where nobody says.
const pageSize = 100

// Find lists predictions, newest first, without their bodies and answers.
//
// Text is looked for by going through all texts: an index of trigrams makes
// saving twenty times as long and the file five times as large, for less than a
// tenth of a second.
func (h *History) Find(ctx context.Context, q stack.PredictionQuery) (page stack.PredictionPage, err error) {
	if q.Limit <= 0 {
		q.Limit = pageSize
	}
	err = h.do("searching the prediction history", false, func(db *sql.DB) error {
		page, err = search(ctx, db, q)
		return err
	})
	return page, err
}

func search(ctx context.Context, db *sql.DB, q stack.PredictionQuery) (page stack.PredictionPage, err error) {
	if err := db.QueryRowContext(ctx, "SELECT dropped FROM totals").Scan(&page.Dropped); err != nil {
		return page, err
	}
	where, args := condition(q)
	rows, err := db.QueryContext(ctx, "SELECT "+columns+" FROM predictions WHERE "+where+" ORDER BY id DESC LIMIT ?", append(args, q.Limit+1)...)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		if len(page.Predictions) == q.Limit {
			page.More = true
			break
		}
		p, err := scan(rows, false)
		if err != nil {
			return page, err
		}
		page.Predictions = append(page.Predictions, p)
	}
	return page, errors.Join(rows.Err(), rows.Close())
}

// condition is a query as SQL, what costs least first.
func condition(q stack.PredictionQuery) (where string, args []any) {
	var all []string
	and := func(sql string, values ...any) {
		all = append(all, sql)
		args = append(args, values...)
	}
	if q.Project != "" {
		and("project = ?", q.Project)
	}
	if q.Service != "" {
		and("service = ?", q.Service)
	}
	if q.By != "" {
		and("origin = ?", q.By)
	}
	if q.NotBy != "" {
		and("origin <> ?", q.NotBy)
	}
	if q.Before > 0 {
		and("id < ?", q.Before)
	}
	switch {
	case q.Status.None:
		and("status = 0")
	case q.Status != stack.StatusRange{}:
		and("status BETWEEN ? AND ?", q.Status.From, q.Status.To)
	}
	if !q.Since.IsZero() {
		and("at >= ?", q.Since.UnixNano())
	}
	if !q.Until.IsZero() {
		and("at < ?", q.Until.UnixNano())
	}
	if q.ImageID != "" {
		id := strings.TrimPrefix(q.ImageID, "sha256:")
		and("substr(image_id, 8, ?) = ?", len(id), id)
	}
	if q.Text != "" {
		pattern := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(q.Text) + "%"
		and(`(endpoint LIKE ? ESCAPE '\' OR body LIKE ? ESCAPE '\' OR answer LIKE ? ESCAPE '\' OR error LIKE ? ESCAPE '\')`, pattern, pattern, pattern, pattern)
	}
	if len(all) == 0 {
		return "true", nil
	}
	return strings.Join(all, " AND "), args
}
