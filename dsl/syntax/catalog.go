package syntax

import (
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// Codes documents every error of this package, in the order of the codes. The
// bad and the good rule of E0101 would be too long to show and are left out.
var Codes = concat(textCodes, tokenCodes, foreignCodes, shapeCodes, grammarCodes, declarationCodes)

func concat(lists ...[]diag.Code) []diag.Code {
	var all []diag.Code
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// head begins the rules of the examples, and step ends them.
const (
	head = "optimizer sgd \"Gradient descent\"\n\nhyper lr = 0.1 in (0, inf) \"learning rate\"\n"
	step = "theta[t+1] = theta - lr*g\n"
)

// rule is an example: the head and what follows it.
func rule(lines ...string) string { return head + "\n" + strings.Join(lines, "\n") + "\n" }

var textCodes = []diag.Code{
	{
		Code: codeTooLarge, Title: "the file is too large",
		Explain: "A rule has at most 65,536 bytes. Rules are short; a file that is larger is most likely not a rule, or was made by a program that repeats itself.",
	}, {
		Code: codeNotUTF8, Title: "the file is not UTF-8",
		Explain: "A rule is a text in the encoding UTF-8. The place named is the first byte that can't be a part of such a text. Editors have a command to save a file with another encoding.",
		Bad:     rule("# learning rate \xe9tape", step), Good: rule("# learning rate étape", step),
	}, {
		Code: codeHidden, Title: "an invisible character",
		Explain: "Control and format characters, such as zero-width spaces, soft hyphens and marks that turn the direction of writing, can't be seen and could make a rule look like another one. They can stand nowhere in a rule, not even in comments and texts.",
		Bad:     rule("theta[t+1] = theta - lr\u200b*g"), Good: rule(step),
	}, {
		Code: codeUnknownChar, Title: "a character that has no meaning",
		Explain: "The character is no part of the language. Many characters look alike: the hint names the one that was likely meant. Names have Latin letters, digits and _, or are one Greek letter of LANGUAGE.md, section 2, with digits, a hat, a bar or a tilde.",
		Bad:     rule("theta[t+1] = theta - lr*∇"), Good: rule(step),
	}, {
		Code: codeTooLong, Title: "a name or a text is too long",
		Explain: "A name has at most 64 letters, and a text in quotation marks at most 1,024 bytes. Longer words of explanation stand in comments, or in several `doc` lines.",
		Bad:     rule("d"+strings.Repeat("own", 22)+" = lr*g", "theta[t+1] = theta - d"+strings.Repeat("own", 22)),
		Good:    rule("down = lr*g", "theta[t+1] = theta - down"),
	}, {
		Code: codeTooDeep, Title: "too much nesting",
		Explain: "Parentheses, calls, branches, if expressions, powers and unary operators can be 64 deep in one another. An `else if` lies in the branch that it goes on with. Give a part of the expression a name of its own.",
		Bad:     rule("theta[t+1] = theta - lr*" + strings.Repeat("(", 65) + "g" + strings.Repeat(")", 65)), Good: rule(step),
	},
}

var tokenCodes = []diag.Code{
	{
		Code: codeBadName, Title: "not a name",
		Explain: "A name begins with a letter and goes on with letters, digits and _. In mathematical notation a name can also be one letter with a mark over it and digits below the line, as m̂₁, and end with _∞. A Greek letter stands for a whole word, so it can't be a part of a longer name.",
		Bad:     rule("_step = lr*g", "theta[t+1] = theta - _step"), Good: rule("step = lr*g", "theta[t+1] = theta - step"),
	}, {
		Code: codeBadNumber, Title: "not a number",
		Explain: "A number has digits, at most one point and an exponent if need be: 1, 0.9, .5, 1e-8. There are no other bases, no suffixes and no separators between digits, and a product of a number and a name is written with its sign.",
		Bad:     rule("theta[t+1] = theta - 2lr*g"), Good: rule("theta[t+1] = theta - 2*lr*g"),
	}, {
		Code: codeNumberRange, Title: "a number out of range",
		Explain: "Numbers are computed with in binary64. This one is too great for it, or so small that it would be zero.",
		Bad:     rule("theta[t+1] = theta - lr*g/(1e-400 + abs(g))"), Good: rule("theta[t+1] = theta - lr*g/(1e-300 + abs(g))"),
	}, {
		Code: codeOpenString, Title: "a text without its end",
		Explain: "A text stands between two quotation marks on one line. A quotation mark in it is written \\\" and a backslash \\\\.",
		Bad:     rule("doc \"Robbins and Monro", step), Good: rule("doc \"Robbins and Monro\"", step),
	}, {
		Code: codeBadQuote, Title: "a wrong quotation mark",
		Explain: "A text stands between two plain quotation marks, U+0022. Word processors and web pages often change them to others that look alike.",
		Bad:     rule("doc “Robbins and Monro”", step), Good: rule("doc \"Robbins and Monro\"", step),
	}, {
		Code: codeBadEscape, Title: "an unknown escape in a text",
		Explain: "A backslash in a text goes before a quotation mark or another backslash, to mean these themselves. There are no other escapes; a text has one line.",
		Bad:     rule(`doc "Robbins\nMonro"`, step), Good: rule(`doc "Robbins, Monro"`, step),
	}, {
		Code: codeBadScript, Title: "a sub- or superscript without meaning",
		Explain: "Below the line stand the digits of a name, as in β₁, and time indices: ₜ, ₜ₋₁, ₜ₊₁. Above the line stand whole numbers without a sign and a small t: x², βᵗ. Both touch what they belong to. Other exponents are written with ^. The _{…} of papers' sources is not a part of the language.",
		Bad:     rule("theta[t+1] = theta - lr*g⁻¹"), Good: rule("theta[t+1] = theta - lr*g^(-1)"),
	},
}
