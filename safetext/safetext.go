// Package safetext makes text that may be shown on a terminal out of bytes that
// containers, images and servers chose.
//
// What it returns is valid UTF-8 without any control character: nothing in it
// moves the cursor, changes a mode, sets a title, writes the clipboard, reorders
// or hides other text. What cannot be shown is spelled out rather than dropped,
// so that a reader sees that it was there.
package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// MaxLine is the size in bytes from which on Line cuts: several screens full,
// and small enough to wrap and measure within a frame.
const MaxLine = 64 << 10

// maxMarks is how many combining marks one character may carry: Unicode's
// stream-safe format allows 30, living scripts need at most four; more is there
// to paint over the lines above and below.
const maxMarks = 8

// tabStop is the distance of a terminal's default tab stops in cells.
const tabStop = 8

// Line is s as one line of text:
//
//   - escape sequences are left out (Styled tells of colours); one that does not end within
//     s is not taken for one, so that it hides nothing
//   - of a line that was overwritten by carriage returns the last writing is kept
//   - tabs are expanded, backspaces and bells left out; other controls appear as
//     their pictures (␀)
//   - invalid UTF-8 appears as \xNN; bidirectional, zero-width and other format
//     characters as <U+202E>, except where they join an emoji
//   - what goes beyond MaxLine is cut and its size is said
//
// A string that is plain ASCII already is returned as it is.
func Line(s string) string {
	s = lastWriting(s)
	if IsPlain(s) {
		return s
	}
	c := newCleaner(s)
	c.run()
	return string(c.out)
}

// Tabbed is Line with the tabs as they are, for where they part columns and no
// terminal moves by them: in a pipe, in a file.
func Tabbed(s string) string {
	if strings.IndexByte(s, '\t') < 0 { // most lines; a million of them are looked at
		return Line(s)
	}
	if s = lastWriting(s); len(s) > MaxLine {
		return Line(s)
	}
	parts := strings.Split(s, "\t")
	for n, part := range parts {
		parts[n] = Line(part)
	}
	return strings.Join(parts, "\t")
}

// IsPlain reports whether Line gives s back as it is: printable ASCII, and not
// too long.
func IsPlain(s string) bool { return len(s) <= MaxLine && plain(s) == len(s) }

// Block is Line for each line of s; a line end at the very end starts no line.
func Block(s string) []string {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	for i, l := range lines {
		lines[i] = Line(l)
	}
	return lines
}

// Truncate cuts a line that Line returned to a width in terminal cells; "…" at
// the end says that something is missing.
func Truncate(line string, width int) string {
	if width <= 0 {
		return ""
	}
	if len(line) <= width && plain(line) == len(line) {
		return line
	}
	return displaywidth.TruncateString(line, width, "…")
}

// lastWriting is what a terminal shows last of a line that was written over,
// as progress bars do, without its line end.
func lastWriting(s string) string {
	s = strings.TrimRight(s, "\r\n")
	return s[strings.LastIndexByte(s, '\r')+1:]
}

// plain is how many bytes at the start of s are printable ASCII.
func plain(s string) int {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return i
		}
	}
	return len(s)
}

// cleaner turns in[pos:] into out.
type cleaner struct {
	in  string
	pos int
	out []byte

	prev  rune // the last rune that was copied as it is
	marks int  // combining marks since the last base character
	// Cells of out[:measured], so that tabs need not measure from the start.
	measured, cells int

	styled bool  // spans are wanted
	style  Style // of what comes next, since a place in out
	since  int
	spans  []Span
}

func newCleaner(s string) *cleaner {
	return &cleaner{in: s, out: make([]byte, 0, min(len(s), MaxLine)+32)}
}

func (c *cleaner) run() {
	for c.pos < len(c.in) {
		if len(c.out) >= MaxLine {
			c.out = fmt.Appendf(c.out, "… (%d more bytes)", len(c.in)-c.pos)
			return
		}
		if n := min(plain(c.in[c.pos:]), MaxLine-len(c.out)); n > 0 {
			c.out = append(c.out, c.in[c.pos:c.pos+n]...)
			c.pos += n
			c.prev, c.marks = rune(c.in[c.pos-1]), 0
			continue
		}
		r, size := utf8.DecodeRuneInString(c.in[c.pos:])
		if r == utf8.RuneError && size == 1 {
			c.spell(fmt.Sprintf(`\x%02X`, c.in[c.pos]))
		} else if n := sequence(c.in[c.pos:]); n > 0 {
			c.sgr(c.in[c.pos : c.pos+n])
			size = n
		} else {
			c.rune(r, c.in[c.pos+size:])
		}
		c.pos += size
	}
}

// rune adds one valid rune that is not plain; rest is what follows it.
func (c *cleaner) rune(r rune, rest string) {
	switch {
	case r == '\t':
		c.tab()
	case r == '\a' || r == '\b':
		// Neither shows anything.
	case r < ' ':
		c.spell(string('␀' + r))
	case r == 0x7f:
		c.spell("␡")
	case unicode.In(r, unicode.Mn, unicode.Me):
		c.mark(r)
	case r == zeroWidthJoiner && c.joinsEmoji(rest):
		c.copy(r)
	case invisible(r):
		c.spell(fmt.Sprintf("<U+%04X>", r))
	default:
		c.copy(r)
	}
}

func (c *cleaner) copy(r rune) {
	c.out = utf8.AppendRune(c.out, r)
	c.prev, c.marks = r, 0
}

// spell adds text that stands for something that cannot be shown.
func (c *cleaner) spell(text string) {
	c.out = append(c.out, text...)
	c.prev, c.marks = 0, 0
}

// mark adds a combining mark. At the start of a line it gets a base of its own,
// or it would change what the screen has to the left.
func (c *cleaner) mark(r rune) {
	c.marks++
	switch {
	case invisible(r) && !c.selectsEmoji(r), c.marks > maxMarks:
		marks := c.marks
		c.spell(fmt.Sprintf("<U+%04X>", r))
		c.marks = marks
		return
	case len(c.out) == 0:
		c.out = append(c.out, "◌"...)
	}
	c.out = utf8.AppendRune(c.out, r)
	if r == emojiStyle {
		c.prev = r
	}
}

func (c *cleaner) tab() {
	c.cells += displaywidth.Bytes(c.out[c.measured:])
	n := tabStop - c.cells%tabStop
	c.out = append(c.out, "        "[:n]...)
	c.cells += n
	c.measured = len(c.out)
	c.prev, c.marks = ' ', 0
}

const (
	zeroWidthJoiner = '\u200d'
	textStyle       = '\ufe0e' // variation selector 15: show as text
	emojiStyle      = '\ufe0f' // variation selector 16: show as emoji
)

// joinsEmoji reports whether a joiner here stands between two pictures, as in a
// family or a profession.
func (c *cleaner) joinsEmoji(rest string) bool {
	next, size := utf8.DecodeRuneInString(rest)
	return size > 1 && (unicode.In(c.prev, unicode.So, unicode.Sk) || c.prev == emojiStyle) && unicode.Is(unicode.So, next)
}

// selectsEmoji reports whether r chooses how the symbol before it looks.
func (c *cleaner) selectsEmoji(r rune) bool {
	return (r == textStyle || r == emojiStyle) && c.marks == 1 &&
		(unicode.IsSymbol(c.prev) || unicode.IsDigit(c.prev) || c.prev == '#' || c.prev == '*')
}

// blank holds letters and marks that show nothing although their category says
// that they are printed (Unicode: Default_Ignorable_Code_Point).
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // combining grapheme joiner
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian selectors
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, // variation selectors
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
	},
	R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}},
}

// invisible reports whether r shows nothing of its own: format characters,
// separators of lines, unassigned code points, what is left of the controls.
// Private use is kept: it is where powerline and icon fonts live.
func invisible(r rune) bool {
	if unicode.IsGraphic(r) {
		return unicode.Is(blank, r)
	}
	return !unicode.Is(unicode.Co, r)
}
