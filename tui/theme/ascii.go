package theme

import (
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// plain is what stands for Berth's own glyphs where only ASCII can be shown,
// cell by cell.
var plain = map[rune]byte{
	'─': '-', '━': '=', '│': '|', '┬': '+', '┴': '+', '┼': '+', '├': '+', '┤': '+',
	'╭': '+', '╮': '+', '╯': '+', '╰': '+', '┌': '+', '┐': '+', '└': '+', '┘': '+',
	'▌': '>', '▏': '|', '▎': '|', '▍': '|', '▋': '#', '▊': '#', '▉': '#', '█': '#', '░': '.', '▒': ':', '▓': '#',
	'▁': '_', '▂': '_', '▃': '-', '▄': '-', '▅': '=', '▆': '=', '▇': '#',
	'●': '*', '◐': 'o', '○': '.', '◌': ':', '◉': '@', '✕': 'x', '✗': 'x', '✓': '+', '△': '!', '↻': '~', '‖': '=', '⊘': '/',
	'▸': '>', '▾': 'v', '▴': '^', '‹': '<', '›': '>', '«': '<', '»': '>', '…': '.', '·': '.', '•': '*', '–': '-', '—': '-', '×': 'x',
	'◆': '#', '◇': '#', '■': '#', '□': '.', '▲': '^', '▼': 'v', '▶': '>', '◀': '<', '┃': '|', '╸': '-', '╺': '-', '┄': '-', '┆': '|', '▔': '-', '▕': '|', '✎': '~', '⚠': '!', '∅': '0', '≥': '>', '≤': '<', 'Δ': 'd', 'σ': 's', '°': 'o', '¬': '-',
	'→': '>', '←': '<', '↑': '^', '↓': 'v', '⏎': '<', '±': '~', '≈': '~', '−': '-', 'µ': 'u', '“': '"', '”': '"', '’': '\'',
	'␛': '?', '␀': '?', '␡': '?', '␊': '?',
}

// ASCII is a screen in ASCII, every cell in its place: Berth's glyphs as the
// characters most like them, letters without their accents, and ? for what
// there is nothing like.
func ASCII(screen string) string {
	var b strings.Builder
	b.Grow(len(screen))
	for len(screen) > 0 {
		n := strings.IndexFunc(screen, func(r rune) bool { return r > unicode.MaxASCII })
		if n < 0 {
			n = len(screen)
		}
		b.WriteString(screen[:n])
		if screen = screen[n:]; screen == "" {
			break
		}
		cluster, width := ansi.FirstGraphemeCluster(screen, ansi.GraphemeWidth)
		screen = screen[len(cluster):]
		b.WriteString(inASCII(cluster, width))
	}
	return b.String()
}

// inASCII is one character in as many cells as it took.
func inASCII(cluster string, width int) string {
	r := []rune(cluster)[0]
	if c, ok := plain[r]; ok {
		return string(rune(c)) + strings.Repeat(" ", max(0, width-1)) // ⚠ as an emoji has two cells
	}
	if r >= 0x2800 && r <= 0x28ff { // a spinner's dots
		return string(`|/-\`[r%4])
	}
	if letter := []rune(norm.NFD.String(cluster))[0]; letter <= unicode.MaxASCII && width == 1 {
		return string(letter)
	}
	return strings.Repeat("?", width)
}

// NeedsASCII reports whether a terminal in this environment can be trusted with
// ASCII only: a Linux console, whose font has few glyphs, or a locale that says
// it is not UTF-8. One that says nothing is taken for UTF-8.
func NeedsASCII(env func(string) string) bool {
	if env("TERM") == "linux" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // the first that is set counts
		if v := env(name); v != "" {
			v = strings.ToLower(v)
			return !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8")
		}
	}
	return false
}
