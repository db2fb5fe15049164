// Package predict talks to a model service: it reads the OpenAPI document that
// the service publishes, makes a first request body from it, checks a body
// before it is sent, sends it, and makes what comes back readable.
//
// Documents and answers are untrusted: sizes and times are bounded, and text
// that is meant for the screen has been through safetext.
package predict
