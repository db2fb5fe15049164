package batch

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// told is a table as it is read: a line for each row.
func told(t *testing.T, name, text string) []string {
	t.Helper()
	rows, err := ReadRows(strings.NewReader(text), name)
	if err != nil {
		return []string{err.Error()}
	}
	var list []string
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d:%d %s", row.N, row.Line, strings.Join(row.Cells, "|"))
		for _, m := range row.Members {
			line += m.Path + "=" + string(m.Value) + " "
		}
		if row.Err != nil {
			line += row.Err.Error()
		}
		list = append(list, strings.TrimSpace(line))
	}
}

func TestRows(t *testing.T) {
	long := strings.Repeat("x", MaxRow+1)
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"plain":                  {"t.csv", "a,b\n1,2\n3,4", []string{"1:2 1|2", "2:3 3|4"}},
		"windows, blank, BOM":    {"t.csv", "\xef\xbb\xbfa,b\r\n\r\n1,\"2\r\n3\"\r\n4,5\r\n", []string{"1:3 1|2\n3", "2:5 4|5"}},
		"semicolons":             {"-", "a;b\n1,5;2\n", []string{"1:2 1,5|2"}},
		"tabs":                   {"t.tsv", "a\tb\n1\t2\n", []string{"1:2 1|2"}},
		"quotes":                 {"t.csv", "a,b\n\"say \"\"hi\"\", you\",2\n", []string{`1:2 say "hi", you|2`}},
		"columns":                {"t.csv", "a,b\n1\n1,2,3\n1,2\n", []string{"1:2 it has 1 columns, the first line has 2", "2:3 it has 3 columns, the first line has 2", "3:4 1|2"}},
		"a quote that is open":   {"t.csv", "a,b\n\"1,2\n3,4\n5,6\n", []string{"1:2 a quote is opened and not closed", "2:3 3|4", "3:4 5|6"}},
		"a quote that is bare":   {"t.csv", "a,b\n5\" pipe,2\n3,4\n", []string{"1:2 column 2: bare \" in non-quoted-field", "2:3 3|4"}},
		"closed by another's":    {"t.csv", "a,b\n\"1,2\n3,4\n5,\"6\"\n7,8\n", []string{"1:2 a quote is opened and not closed", "2:3 3|4", "3:4 5|6", "4:5 7|8"}},
		"not UTF-8":              {"t.csv", "a,b\n\xe4,2\n3,4\n", []string{"1:2 it is not UTF-8", "2:3 3|4"}},
		"too long":               {"t.csv", "a,b\n" + long + ",2\n3,4\n", []string{"1:2 it is longer than 8 MB", "2:3 3|4"}},
		"too long in a quote":    {"t.csv", "a,b\n\"1\n" + long + "\n3,4\n", []string{"1:2 a quote is opened and not closed", "2:3 it is longer than 8 MB", "3:4 3|4"}},
		"a column without name":  {"t.csv", ",b\n0,2\n", []string{"1:2 0|2"}},
		"two of a name":          {"t.csv", "a,a\n0,2\n", []string{"reading the table (t.csv): two columns are called a"}},
		"empty":                  {"t.csv", "\n\n", []string{"reading the table (t.csv): it is empty; CSV begins with the names of its columns, JSONL has an object on each line"}},
		"UTF-16":                 {"t.csv", "\xff\xfea\x00", []string{"reading the table (t.csv): it is UTF-16; save it as UTF-8"}},
		"JSON lines":             {"t.jsonl", "{\"b\":1,\"a\":{\"c\":[]}}\n\n{\"a\": tru}\n[1]\n{\"a\":null}", []string{`1:1 b=1 a={"c":[]}`, "2:3 not JSON at byte 10: invalid character '}' in literal true (expecting 'e')", "3:4", "4:5 a=null"}},
		"JSON lines by content":  {"-", "\n {\"a\":1}\n", []string{"1:2 a=1"}},
		"JSON lines, one is cut": {"t.ndjson", "{\"a\":1}\n{\"a\":", []string{"1:1 a=1", "2:2 not JSON at byte 6: the text ends in the middle"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := told(t, c.file, c.text)
			if name == "windows, blank, BOM" {
				c.want[0] = "1:3 1|2\n3" // encoding/csv makes one newline of two bytes
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}
