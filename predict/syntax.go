package predict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// SyntaxError is where text stops being JSON.
type SyntaxError struct {
	Line, Column int // from 1; columns count bytes
	Err          error
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %v", e.Line, e.Column, e.Err)
}

// Unwrap gives the parser's own error.
func (e *SyntaxError) Unwrap() error { return e.Err }

func checkSyntax(text []byte) error {
	var v json.RawMessage // checked as a whole, nothing is built
	err := json.Unmarshal(text, &v)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset := syntax.Offset
		if err.Error() == "unexpected end of JSON input" {
			return syntaxErrorAt(text, int64(len(text)), io.ErrUnexpectedEOF)
		}
		return syntaxErrorAt(text, offset-1, err)
	}
	return err
}

func syntaxErrorAt(text []byte, offset int64, err error) error {
	before := text[:min(max(offset, 0), int64(len(text)))]
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the text ends in the middle")
	}
	return &SyntaxError{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Err:    err,
	}
}
