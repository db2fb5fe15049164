// Package stack is Berth's vocabulary: what a project's services are, what
// state they are in, and what happens to them. Every other package speaks it;
// it imports the standard library only.
package stack
