// Package workflow is what a person asks for: bring a project up, rebuild a
// service, take it down, ask it for a prediction. Each request loads the
// compose file anew, so that an edit is never missed, and reports as it goes.
// The subcommands and the dashboard both call it; nothing else orchestrates.
package workflow
