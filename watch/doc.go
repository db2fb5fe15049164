// Package watch turns what happens in folders into batches of files to look at
// again. It tells where something happened, not what: whether a file is another
// one now is for its content to say (sources.Memory), so a batch may name files
// that are as they were, and misses none.
//
// It is no part of package sources, which looks when it is asked and waits for
// nothing.
//
// Links are not followed inside a folder, as a build does not: a link that is
// made to lead elsewhere is a change, a change where it leads is none. A folder
// or file to watch may be a link itself, and is watched where it leads too.
package watch
