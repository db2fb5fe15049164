// Package sources knows which files something is made of (a build's context
// after .dockerignore, a mounted folder), and says how they differ from what
// they were. Content decides: a checkout that changes only times changes
// nothing. Size, time and mode only save reading what was read before.
package sources
