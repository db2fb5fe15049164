// Package store keeps what stays on the user's disk: settings, and the history
// of predictions. Files are in the XDG directories, readable by the user only,
// and can be used by several Berths at once.
package store
