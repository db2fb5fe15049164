package suite

import (
	"encoding/xml"
	"fmt"
	"strings"

	"berth/safetext"
)

// The elements that the readers of Jenkins, GitLab and GitHub's actions have in
// common: https://github.com/testmoapp/junitxml
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     seconds      `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Time     seconds     `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		File    string     `xml:"file,attr"`
		Line    int        `xml:"line,attr,omitempty"`
		Time    seconds    `xml:"time,attr"`
		Failure *junitFail `xml:"failure,omitempty"`
		Error   *junitFail `xml:"error,omitempty"`
	}
	junitFail struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
	seconds float64
)

// MarshalText writes seconds as the format has them.
func (s seconds) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%.3f", float64(s)), nil }

// JUnit is the report as the test results that CI systems read: a suite for
// each file, a broken line is a case with an error.
func (r *Report) JUnit() ([]byte, error) {
	all := junitSuites{Name: "berth predict --suite"}
	at := map[string]int{}
	add := func(file string, c junitCase) {
		i, ok := at[file]
		if !ok {
			i = len(all.Suites)
			at[file] = i
			all.Suites = append(all.Suites, junitSuite{Name: file})
		}
		s := &all.Suites[i]
		s.Cases, s.Tests, s.Time = append(s.Cases, c), s.Tests+1, s.Time+c.Time
		all.Tests, all.Time = all.Tests+1, all.Time+c.Time
		if c.Failure != nil {
			s.Failures, all.Failures = s.Failures+1, all.Failures+1
		}
		if c.Error != nil {
			s.Errors, all.Errors = s.Errors+1, all.Errors+1
		}
	}
	for _, one := range r.Results {
		c := junitCase{Name: safetext.Line(one.Name), Class: one.File, File: one.File, Line: one.Line, Time: seconds(one.Took.Seconds())}
		lines := one.Lines()
		switch one.Outcome {
		case Passed:
		case Unsent:
			c.Error = &junitFail{string(one.Outcome), lines[0], strings.Join(lines, "\n")}
		default:
			c.Failure = &junitFail{string(one.Outcome), lines[0], strings.Join(lines, "\n")}
		}
		add(one.File, c)
	}
	for _, f := range r.Flaws {
		if !f.Minor {
			add(f.File, junitCase{Name: fmt.Sprintf("line %d", f.Line), Class: f.File, File: f.File, Line: f.Line, Error: &junitFail{"broken", f.Text, f.String()}})
		}
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}
