// Package batch sends the rows of a table, one by one, and writes what comes of
// each to one of two files: answers, and failures.
//
// Rows are written in their order, so that what was done is always a beginning of
// the table, and a run that was broken off goes on behind it. A file of state
// beside the answers says how far both files are sound; what they have beyond
// that is read again.
//
// Tables are read as a stream, twice: once to know what is in them before
// anything is sent, once to send. What is in memory is bounded by the number of
// workers and by MaxRow.
package batch
