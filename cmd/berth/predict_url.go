package main

import (
	"net/url"
	"slices"
	"strings"

	"berth/predict"
	"berth/store"
)

// shownURL is where a request goes, without the values of parameters that go by a
// secret's name: the history does not keep those either.
func shownURL(base string, e predict.Endpoint) string {
	e.Params = slices.Clone(e.Params)
	for n, p := range e.Params {
		if store.Secret(p.Name) && p.Value != "" {
			e.Params[n].Value = store.Masked
		}
	}
	return strings.ReplaceAll(e.URL(base), url.QueryEscape(store.Masked), store.Masked)
}
