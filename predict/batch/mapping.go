package batch

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"berth/predict"
	"berth/safetext"
	"berth/stack"

	"github.com/agext/levenshtein"
)

// Terms are what a user says of how a table becomes bodies.
type Terms struct {
	Names map[string]string `json:"names,omitempty"` // a column's field, where it is called otherwise
	Only  []string          `json:"only,omitempty"`  // the columns to send; empty: all
	Fill  bool              `json:"fill,omitempty"`  // what no column has is as in the first body
	Force bool              `json:"force,omitempty"` // bodies that do not fit are sent
	Body  string            `json:"body,omitempty"`  // the first body
}

// Mapping makes bodies of rows.
type Mapping struct {
	Lines []string // what goes where, to be shown: "monthly → monthly_charges"

	terms    Terms
	columns  []string // that are sent
	at       []int    // of CSV: where they are in a row
	fields   []predict.Field
	endpoint predict.Endpoint
	template *predict.Template
	groups   []string // of each field: the outermost object it is in that may be left out
	whole    bool     // each line is a body as it is
}

// Map finds the field for each column. Its error names the columns that have
// none, each with the nearest that there is, and the fields that have to be
// there and have no column.
func Map(e predict.Endpoint, s Survey, terms Terms) (*Mapping, error) {
	m, first := &Mapping{terms: terms, endpoint: e}, []byte(terms.Body)
	problem := &stack.Problem{What: "the columns do not fit " + e.String(), Err: stack.ErrUsage}
	if err := m.choose(s); err != nil {
		problem.Err = errors.Join(stack.ErrUsage, err)
		return nil, problem
	}
	names := make([]string, len(m.columns))
	for i, column := range m.columns {
		names[i] = cmp.Or(terms.Names[column], column)
	}
	fields, open, err := e.Columns(first, names)
	if err != nil {
		if m.whole = s.Format == JSONL && e.JSON() && len(terms.Names)+len(terms.Only) == 0 && !terms.Fill; m.whole {
			return m, nil
		}
		problem.Err = err
		return nil, problem
	}
	var maps, mapped, known []string
	var unnamed []int   // columns without a field
	var double []string // what gives a field a second column
	for i, name := range names {
		n := slices.IndexFunc(fields, func(f predict.Field) bool { return called(f, name, open) })
		if n >= 0 {
			if first := slices.IndexFunc(m.fields, func(f predict.Field) bool { return f.Path() == fields[n].Path() }); first >= 0 {
				problem.Lines = append(problem.Lines, fmt.Sprintf("column %s: field %s has its values from column %s", m.columns[i], fields[n].Path(), known[first]))
				double = append(double, "--map '"+m.columns[i]+"="+name+"'")
				continue
			}
			m.fields = append(m.fields, fields[n])
			known = append(known, m.columns[i])
			m.groups = append(m.groups, optional(fields, fields[n]))
			if name != m.columns[i] {
				m.Lines = append(m.Lines, safetext.Line(m.columns[i]+" → "+fields[n].Path()))
			}
			continue
		}
		unnamed = append(unnamed, i)
	}
	hinted := slices.Clone(m.fields)
	for _, i := range unnamed { // now it is known which fields have their column
		line := fmt.Sprintf("column %s: there is no field %s", m.columns[i], names[i])
		if near, ok := nearest(fields, hinted, names[i]); ok {
			line += "; the nearest is " + near.Path()
			maps = append(maps, fmt.Sprintf("--map '%s=%s'", m.columns[i], near.Path()))
			hinted, mapped = append(hinted, near), append(mapped, m.columns[i])
		}
		problem.Lines = append(problem.Lines, line)
	}
	unknown, fill := len(problem.Lines), ""
	if slices.ContainsFunc(fields, func(f predict.Field) bool { return required(f, terms) && !covered(f, hinted) }) && !terms.Force {
		fill = " --fill"
	}
	var absent []string
	for _, f := range fields {
		if required(f, terms) && !covered(f, m.fields) {
			absent = append(absent, f.Path())
		}
	}
	switch {
	case len(double) > 0:
		problem.Hint = "without " + strings.Join(double, " ") + ", --columns '" + strings.Join(known, ",") + "' sends these alone"
	case len(maps) > 0 && len(maps) == unknown:
		problem.Hint = strings.Join(maps, " ") + fill
	case unknown > 0 && len(known)+len(maps) > 0:
		if len(known) == 0 { // without --columns all are sent
			known = mapped[:1]
		}
		problem.Hint = strings.Join(append(maps, "--columns '"+strings.Join(known, ",")+"'"), " ") + fill + " sends these alone"
	case unknown > 0:
		problem.Hint = "--map COLUMN=FIELD names a column's field; `berth predict --show-body` shows the fields"
	case len(absent) > 0 && !terms.Force:
		problem.Hint = "--fill takes them from the body that `berth predict --show-body` shows, --map COLUMN=FIELD names a column's field"
	default:
		if m.template, err = e.Template(first, m.fields, terms.Fill); err != nil {
			problem.Err = err
			return nil, problem
		}
		return m, nil
	}
	for _, path := range absent {
		problem.Lines = append(problem.Lines, "field "+path+" is required, and there is no column for it")
	}
	return nil, problem
}

// choose takes the columns that are sent.
func (m *Mapping) choose(s Survey) error {
	for _, name := range m.terms.Only {
		if index(s.Columns, name) < 0 {
			return fmt.Errorf("the table has no column %s; it has %s", name, strings.Join(s.Columns[:min(len(s.Columns), 20)], ", "))
		}
	}
	for name := range m.terms.Names {
		if index(s.Columns, name) < 0 {
			return fmt.Errorf("the table has no column %s; it has %s", name, strings.Join(s.Columns[:min(len(s.Columns), 20)], ", "))
		}
	}
	for i, column := range s.Columns {
		if len(m.terms.Only) > 0 && index(m.terms.Only, column) < 0 && m.terms.Names[column] == "" {
			continue
		}
		m.columns, m.at = append(m.columns, column), append(m.at, i)
	}
	return nil
}

// called reports whether a field has the name of a column: that of its path, a
// parameter's own.
func called(f predict.Field, name string, open bool) bool {
	return f.Path() == name || (f.In != "" || open && len(f.Steps) == 1) && f.Steps[len(f.Steps)-1] == name
}

// required reports whether a field of the body needs a column.
func required(f predict.Field, terms Terms) bool { return f.Required && f.In == "" && !terms.Fill }

// covered reports whether one of the fields that have a column is a field, or what
// it is in. What is in an object that no column is about is not asked for.
func covered(f predict.Field, filled []predict.Field) bool {
	beside := len(f.Steps) == 1
	for _, g := range filled {
		n := min(len(f.Steps), len(g.Steps))
		if g.In != "" {
			continue
		}
		if slices.Equal(f.Steps[:n], g.Steps[:n]) {
			return true
		}
		beside = beside || len(f.Steps) > 1 && len(g.Steps) >= len(f.Steps) && slices.Equal(f.Steps[:len(f.Steps)-1], g.Steps[:len(f.Steps)-1])
	}
	return !beside
}

// optional is the outermost object that a field is in and that may be left out.
func optional(fields []predict.Field, f predict.Field) string {
	for _, g := range fields { // outer ones come first
		if g.Group && !g.Required && f.In == "" && len(g.Steps) < len(f.Steps) && slices.Equal(g.Steps, f.Steps[:len(g.Steps)]) {
			return g.Path()
		}
	}
	return ""
}

// nearest is the field that a name is probably for: one that is called so
// deeper in the body, or is spelt nearly so, and has no column yet.
func nearest(fields, filled []predict.Field, name string) (best predict.Field, found bool) {
	plain := strings.NewReplacer(" ", "", "_", "", "-", "", ".", "")
	of := func(s string) string { return strings.ToLower(plain.Replace(s)) }
	distance := 1 + len(name)/3
	for _, f := range fields {
		if f.Group || slices.ContainsFunc(filled, func(g predict.Field) bool { return f.Path() == g.Path() }) {
			continue
		}
		d := min(levenshtein.Distance(of(f.Path()), of(name), nil), levenshtein.Distance(of(f.Name()), of(name), nil))
		if d < distance || d == distance && !found {
			best, distance, found = f, d, true
		}
	}
	return best, found
}

// body is what to send of a row; the reasons say why it should not be.
func (m *Mapping) body(row Row) (predict.Endpoint, []byte, []predict.FieldError) {
	refused := func(text string) (predict.Endpoint, []byte, []predict.FieldError) {
		return predict.Endpoint{}, nil, []predict.FieldError{{Message: text}}
	}
	if m.whole {
		return m.endpoint, row.Text, m.wrong(m.endpoint, row.Text)
	}
	values := make([]json.RawMessage, len(m.fields))
	switch {
	case row.Members != nil:
	case row.Cells == nil:
		return refused("the line is JSON, but no object")
	default:
		filled := map[string]bool{"": true}
		for i := range m.fields {
			if row.Cells[m.at[i]] != "" {
				filled[m.groups[i]] = true
			}
		}
		for i, f := range m.fields {
			if filled[m.groups[i]] {
				values[i] = f.Cell(row.Cells[m.at[i]])
			}
		}
	}
	for _, member := range row.Members {
		if i := index(m.columns, member.Path); i >= 0 {
			values[i] = member.Value
		} else if len(m.terms.Only) == 0 {
			return refused("there is no field for column " + member.Path)
		}
	}
	e, body, err := m.template.Fill(values)
	if err != nil {
		return refused(err.Error())
	}
	return e, body, m.wrong(e, body)
}

func (m *Mapping) wrong(e predict.Endpoint, body []byte) []predict.FieldError {
	if m.terms.Force {
		return nil
	}
	return e.Validate(body)
}
