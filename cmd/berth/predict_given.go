package main

import (
	"fmt"
	"io"

	"berth/predict"
	"berth/stack"
)

// givenBody reads a body that has a bound: what is read may be a device or the
// output of a command that never ends.
func givenBody(r io.Reader, where string) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, predict.MaxFile+1))
	if err == nil && len(body) > predict.MaxFile {
		err = fmt.Errorf("larger than %d MB", predict.MaxFile>>20)
	}
	if err != nil {
		return nil, &stack.Problem{What: "reading the body", Where: where, Err: err, Hint: "--body @FILE reads a file, --body - standard input"}
	}
	return body, nil
}
