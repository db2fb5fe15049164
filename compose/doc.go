// Package compose decides. It loads a project with compose-go, and Reconcile,
// a pure function, says what must be done to make the Engine match it: a Plan,
// a value that can be printed, compared and confirmed. It talks to no Engine;
// package dockerops observes for it and carries the Plan out.
package compose
