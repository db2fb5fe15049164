package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"berth/predict"
	"berth/safetext"
	"berth/stack"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"
)

func (a *app) historyShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "All of one: what was sent, what answered, what it said",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, given []string) error {
			p, err := a.past(cmd.Context(), given[0])
			if p.ID == 0 {
				return err
			}
			if a.json {
				return errors.Join(safetext.NewEncoder(a.out).Encode(documentOf(p)), err)
			}
			return errors.Join(a.printPast(p), err)
		},
	}
}

// pastDocument is a prediction with its texts, each as the JSON that it is, as a
// string, or where it is none in base64.
type pastDocument struct {
	stack.Prediction
	Body   any `json:"body"`
	Answer any `json:"answer"`
}

func documentOf(p stack.Prediction) pastDocument {
	value := func(text string) any {
		switch {
		case text == "":
			return nil
		case json.Valid([]byte(text)):
			return json.RawMessage(text)
		case !utf8.ValidString(text):
			return map[string][]byte{"base64": []byte(text)}
		}
		return text
	}
	return pastDocument{p, value(p.Body), value(p.Answer)}
}

func (a *app) printPast(p stack.Prediction) error {
	say := func(name, text string) {
		if text != "" {
			fmt.Fprintf(a.out, "%-9s %s\n", name, safetext.Line(text))
		}
	}
	say(fmt.Sprintf("#%d", p.ID), fmt.Sprintf("%s  %s%s", p.Endpoint, p.Ref(), at(p.Base)))
	say("sent", p.At.Local().Format(time.DateTime)+" by "+string(p.Origin))
	for _, s := range p.Params {
		say(s.In, s.Name+"="+s.Value)
	}
	for _, s := range p.Headers {
		say("header", s.Name+": "+s.Value)
	}
	say("image", stack.ShortID(p.ImageID))
	if commit := p.Commit; p.Dirty {
		say("commit", commit+", and files that differ from it")
	} else {
		say("commit", commit)
	}
	if p.Model != "" {
		sum := p.ModelSum
		if sum == "" {
			sum = "not known which"
		}
		say("model", p.Model+"  "+sum)
	}
	if p.Status != 0 {
		say("answered", fmt.Sprintf("%d in %s (connect %s, wait %s, receive %s)  %s  %s", p.Status, stack.Took(p.Took),
			stack.Took(p.Connect), stack.Took(p.Wait), stack.Took(p.Receive), units.HumanSize(float64(p.AnswerSize)), p.AnswerType))
	}
	say("error", p.Error)
	if p.Secrets > 0 {
		say("masked", fmt.Sprintf("%d, and wherever they were repeated", p.Secrets))
	}
	if p.Omitted > 0 {
		say("omitted", units.HumanSize(float64(p.Omitted))+" that were too much to keep")
	}
	return errors.Join(a.printText("sent", p.MediaType, p.Body), a.printText("answered", p.AnswerType, p.Answer))
}

// printText prints a body or an answer below what it is.
func (a *app) printText(what, mediaType, text string) error {
	if text == "" {
		return nil
	}
	fmt.Fprintf(a.out, "\n%s  %s\n", what, safetext.Line(mediaType))
	if !utf8.ValidString(text) {
		_, err := fmt.Fprintf(a.out, "%s that are no text; --json has them\n", units.HumanSize(float64(len(text))))
		return err
	}
	if !isTerminal(a.out) {
		text = string(predict.Pretty([]byte(text)))
		_, err := io.WriteString(a.out, strings.Join(safetext.Block(text), "\n")+"\n")
		return err
	}
	lines, more := predict.Lines([]byte(text), predict.Dark, answerLines)
	for _, l := range lines {
		if _, err := fmt.Fprintln(a.out, l); err != nil {
			return err
		}
	}
	if more > 0 {
		fmt.Fprintf(a.err, "… %s; into a pipe or file all is written\n", stack.Count(more, "more line"))
	}
	return nil
}

func at(base string) string {
	if base == "" {
		return ""
	}
	return " at " + base
}
