// Package dockerops is Berth's only way to the Docker Engine: it observes,
// watches, inspects, builds, and carries out the plans that package compose
// decides. It speaks stack's vocabulary to everyone else, and its errors for
// people are *stack.Problem.
package dockerops
