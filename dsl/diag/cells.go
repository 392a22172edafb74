package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

const tabStop = 4

// widths counts the cells of a character as most terminals do, whatever the
// locale says of characters with an ambiguous width, such as Greek letters.
var widths = &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

// cells is a source line as a terminal shows it.
type cells struct {
	shown string
	at    []int // the cell in which each rune starts, and the cell after the last
}

// layout expands tabs and makes what a terminal would act on visible.
func layout(line string) cells {
	var b strings.Builder
	at, column := make([]int, 0, len(line)+1), 0
	for _, r := range line {
		at = append(at, column)
		if r == '\t' {
			n := tabStop - column%tabStop
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		}
		r = visible(r)
		b.WriteRune(r)
		column += widths.RuneWidth(r)
	}
	return cells{shown: strings.TrimRight(b.String(), " "), at: append(at, column)}
}

// cell is where the rune with this 1-based column starts. A column beyond the
// line's end is the first cell after it; a combining mark belongs to the cell
// of the letter that it marks.
func (c cells) cell(col int) int {
	return c.at[min(max(col-1, 0), len(c.at)-1)]
}

// columns are the 1-based columns, from and up to, of a span's part in a line.
func columns(line string, no int, s Span) (from, to int) {
	indent := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " \t"))
	from, to = indent+1, utf8.RuneCountInString(strings.TrimRight(line, " \t"))+1
	if no == s.Start.Line {
		from = s.Start.Col
	}
	if no == s.End.Line {
		to = s.End.Col
	}
	return from, to
}

// visible is r, or a stand-in for what would move the cursor or turn the text.
func visible(r rune) rune {
	if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
		return '�'
	}
	return r
}

func printable(s string) string { return strings.Map(visible, s) }

// splitLines splits at LF, CR LF and CR alone; the ends are not kept.
func splitLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
}
