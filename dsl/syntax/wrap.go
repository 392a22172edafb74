package syntax

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// maxWidth is the width in cells from which on a statement is broken, where it
// can be.
const maxWidth = 100

// continued indents what goes on with a broken statement.
const continued = "    "

// Marks stand in place of a space before which or after which a line may be
// broken. They are characters of a private area, which no rule has outside of
// texts and comments; a greater one breaks less well.
const (
	firstMark = '\uE000'
	lastMark  = '\uF8FF'
)

// mark is the mark before an operator of a precedence. Inside parentheses is
// worse than outside, and a tight operator is worse than a loose one.
func (p *printer) mark(prec int) string {
	return string(min(firstMark+rune(p.depth*(precPrimary+1)+prec), lastMark))
}

func isMark(r rune) bool { return r >= firstMark && r <= lastMark }

// flat is a text on one line.
func flat(text string) string {
	return strings.Map(func(r rune) rune {
		if isMark(r) {
			return ' '
		}
		return r
	}, text)
}

// cellWidths counts cells as most terminals do, as in the diagnostics.
var cellWidths = &runewidth.Condition{StrictEmojiNeutral: true}

// width is the number of cells that a text takes.
func width(s string) int { return cellWidths.StringWidth(s) }

// wrap breaks a text with marks into lines, the first of which begins at a
// column, the others at the indent.
func wrap(text string, column int, indent string) string {
	var out strings.Builder
	for {
		at := breakAt(text, column)
		if at < 0 {
			out.WriteString(flat(text))
			return out.String()
		}
		out.WriteString(flat(text[:at]) + "\n" + indent)
		_, text = firstRest(text[at:])
		column = width(indent)
	}
}

// firstRest cuts off the first character.
func firstRest(s string) (first rune, rest string) {
	for i, r := range s {
		if i > 0 {
			return first, s[i:]
		}
		first = r
	}
	return first, ""
}

// breakAt is the offset of the best mark to break a line at that begins at a
// column: the loosest that fits, the last of equal ones; the first mark where
// none fits; -1 where the line is short enough or has none.
func breakAt(text string, column int) int {
	best, loosest := -1, rune(0)
	for i, r := range text {
		if column > maxWidth && best >= 0 {
			return best
		}
		if isMark(r) && (best < 0 || r <= loosest) {
			best, loosest = i, r
		}
		column += cellWidths.RuneWidth(r)
	}
	if column > maxWidth {
		return best
	}
	return -1
}
