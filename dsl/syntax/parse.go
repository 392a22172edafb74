package syntax

import (
	"slices"

	"github.com/optc-lang/optc/dsl/diag"
)

// Parse reads the text of one rule. The file is never nil: it holds the items
// that could be parsed even where there are errors, and the names that the
// others would have declared in Broken. All errors are found at once, up to
// maxErrors, in the order of the text.
func Parse(path, text string) (*File, []diag.Diagnostic) {
	p := &parser{file: &File{Path: path}}
	if p.read(text) {
		p.scan()
		p.mendSubscripts()
		p.matchBraces()
		p.items()
		p.checkHeader()
	}
	slices.SortStableFunc(p.diags, func(a, b diag.Diagnostic) int {
		return a.Span.Start.Offset - b.Span.Start.Offset
	})
	return p.file, p.diags
}

// maxErrors is the number of errors after which parsing stops.
const maxErrors = 20

// parser is the state of one Parse.
type parser struct {
	file      *File
	toks      []token // of the whole file, in canonical spelling
	diags     []diag.Diagnostic
	indexed   map[string]bool // the names that have a time index
	hasHeader bool            // an optimizer line was seen, sound or not
	lostIf    bool            // the last if had no body; an else of it may follow
	lostEnd   bool            // the last statement with an error ended at a brace of its own
}

// report adds an error, up to the limit.
func (p *parser) report(d diag.Diagnostic) {
	if !p.full() {
		p.diags = append(p.diags, d)
	}
}

// full tells that enough errors were found.
func (p *parser) full() bool { return len(p.diags) >= maxErrors }

// fault makes an error.
func fault(code string, at diag.Span, message, hint string) diag.Diagnostic {
	return diag.Diagnostic{Code: code, Span: at, Message: message, Hint: hint}
}

// items parses the file item by item, so that an error in one hides nothing in
// the others. Once there are enough errors it only notes the names.
func (p *parser) items() {
	for _, toks := range splitItems(p.toks) {
		if p.full() {
			p.breakNames(toks)
			continue
		}
		if toks[0].is("optimizer") {
			p.header(toks)
			continue
		}
		if node, mended := p.parseItem(toks); node != nil {
			p.addItem(node, mended)
		}
	}
}

// header parses an optimizer line; there must be one, and it comes first.
func (p *parser) header(toks []token) {
	first := !p.hasHeader
	p.hasHeader = true
	if !first {
		p.report(fault(codeSecondHeader, toks[0].at, "a second `optimizer` line",
			"a file holds one rule; put the other one in a file of its own"))
		return
	}
	if node, mended := p.parseItem(toks); node != nil && node.Header != nil {
		f := folder{p: p, toks: mended}
		f.header(node.Header)
	}
}

// checkHeader complains where the file does not begin with its optimizer line.
func (p *parser) checkHeader() {
	at := diag.Span{Start: diag.Pos{Line: 1, Col: 1}, End: diag.Pos{Line: 1, Col: 1}}
	if len(p.toks) > 0 {
		at = p.toks[0].at
	}
	if p.hasHeader && (len(p.toks) == 0 || p.toks[0].is("optimizer")) {
		return
	}
	p.report(fault(codeNoHeader, at, "the file does not begin with an `optimizer` line",
		"the first line names the rule: optimizer NAME \"title\""))
}

// addItem folds a parsed item into the file.
func (p *parser) addItem(node *itemNode, toks []token) {
	f := folder{p: p, toks: toks}
	before := len(p.diags)
	item := f.item(node)
	if len(p.diags) > before {
		p.breakNames(toks)
		return
	}
	if item = p.prune(item); item != nil {
		p.file.Items = append(p.file.Items, item)
	}
}
