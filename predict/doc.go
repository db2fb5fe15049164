// Package predict talks to a model service: it finds out what the service
// speaks, makes a first request body, checks a body before it is sent, sends it,
// and makes what comes back readable.
//
// All of that works on one thing, an OpenAPI document: the one that the service
// publishes or, of a model server with a protocol of its own, one that is
// written here from its metadata (protocol.go lists them).
//
// Documents and answers are untrusted: sizes and times are bounded, and text
// that is meant for the screen has been through safetext.
package predict
