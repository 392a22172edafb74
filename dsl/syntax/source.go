package syntax

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/optc-lang/optc/dsl/diag"
)

// maxSource is the greatest size of a source text in bytes.
const maxSource = 65536

// read checks the raw text, normalises it to NFC and keeps it in the file. It
// tells whether there is a text to parse.
func (p *parser) read(text string) bool {
	start := diag.Pos{Line: 1, Col: 1}
	if len(text) > maxSource {
		p.report(fault(codeTooLarge, diag.Span{Start: start, End: start},
			fmt.Sprintf("the file has %d bytes; a rule has at most %d", len(text), maxSource), ""))
		return false
	}
	if !utf8.ValidString(text) {
		p.file.Text = strings.ToValidUTF8(text, "\uFFFD")
		at := posAt(text, firstInvalid(text))
		p.report(fault(codeNotUTF8, diag.Span{Start: at, End: at},
			fmt.Sprintf("the file is not UTF-8: byte 0x%02x at offset %d", text[at.Offset], at.Offset),
			"save it with the encoding UTF-8"))
		return false
	}
	p.file.Text = norm.NFC.String(text)
	p.findHidden()
	return true
}

// firstInvalid is the offset of the first byte that is not UTF-8.
func firstInvalid(text string) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// posAt is the position of a byte offset.
func posAt(text string, offset int) diag.Pos {
	line := text[:offset]
	start := strings.LastIndexByte(line, '\n') + 1
	return diag.Pos{
		Offset: offset,
		Line:   1 + strings.Count(line, "\n"),
		Col:    1 + utf8.RuneCountInString(line[start:]),
	}
}

// findHidden complains about characters that can't be seen and could make the
// text look like another one, in comments and strings too.
func (p *parser) findHidden() {
	text := p.file.Text
	for i, r := range text {
		if !hidden(r) || r == '\r' && strings.HasPrefix(text[i:], "\r\n") {
			continue
		}
		if p.full() {
			return
		}
		at := diag.Span{Start: posAt(text, i)}
		at.End = at.Start
		at.End.Offset += utf8.RuneLen(r)
		at.End.Col++
		p.report(fault(codeHidden, at, "the invisible character "+codePoint(r)+" can't stand in a rule",
			"delete it; it may not show in your editor"))
	}
}

// hidden tells a control or format character other than tab and line feed.
func hidden(r rune) bool {
	return r != '\t' && r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r))
}

// codePoint names a character as U+202E.
func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }
