package syntax

import "github.com/optc-lang/optc/dsl/diag"

// foreignCodes are the spellings that other languages have.
var foreignCodes = []diag.Code{
	{
		Code: codeEqEq, Title: "== where = is meant",
		Explain: "The language has one sign for equality: = gives a name its value and compares. A comparison can't be mistaken for a value given, because it stands inside an expression.",
		Bad:     rule("theta[t+1] = if t == 1 then theta else theta - lr*g"), Good: rule("theta[t+1] = if t = 1 then theta else theta - lr*g"),
	}, {
		Code: codeStarStar, Title: "** where ^ is meant",
		Explain: "A power is written x^2, or x² in mathematical notation.",
		Bad:     rule("theta[t+1] = theta - lr**2*g"), Good: rule("theta[t+1] = theta - lr^2*g"),
	}, {
		Code: codeLogic, Title: "a logical operator of another language",
		Explain: "Conditions are joined by the words `and`, `or` and `not`, in mathematical notation also by ∧, ∨ and ¬.",
		Bad:     rule("theta[t+1] = if t > 1 && lr < 1 then theta - lr*g else theta"), Good: rule("theta[t+1] = if t > 1 and lr < 1 then theta - lr*g else theta"),
	}, {
		Code: codeForeignOp, Title: "an operator of another language",
		Explain: "The operators are + - * / ^ and the comparisons = != < <= > >=; in mathematical notation also · − ≤ ≥ ≠. The hint names the one that was likely meant.",
		Bad:     rule("theta[t+1] := theta - lr*g"), Good: rule(step),
	}, {
		Code: codeCompound, Title: "an operator that changes a value in place",
		Explain: "A statement gives a name its value once and changes nothing in place. What a state was before the step is read with a time index: m[t] = m[t-1] + g.",
		Bad:     rule("state m", "", "m[t] += g", "theta[t+1] = theta - lr*m"), Good: rule("state m", "", "m[t] = m[t-1] + g", "theta[t+1] = theta - lr*m"),
	}, {
		Code: codeTernary, Title: "? where if then else is meant",
		Explain: "A choice between two values is written if CONDITION then A else B.",
		Bad:     rule("theta[t+1] = t > 1 ? theta - lr*g : theta"), Good: rule("theta[t+1] = if t > 1 then theta - lr*g else theta"),
	}, {
		Code: codeColon, Title: "a colon",
		Explain: "The language has no colon. The statements of a branch stand in braces, and a domain follows the word `in`.",
		Bad:     rule("if t > 1:", "  theta[t+1] = theta - lr*g", "else {", "  theta[t+1] = theta", "}"),
		Good:    rule("if t > 1 {", "  theta[t+1] = theta - lr*g", "} else {", "  theta[t+1] = theta", "}"),
	}, {
		Code: codeSemicolon, Title: "a semicolon",
		Explain: "Statements need nothing between them: one ends where the next begins.",
		Bad:     rule("theta[t+1] = theta - lr*g;"), Good: rule(step),
	}, {
		Code: codeForeignComment, Title: "a comment of another language",
		Explain: "A comment begins with # and ends with its line.",
		Bad:     rule("// descend", step), Good: rule("# descend", step),
	},
}

var shapeCodes = []diag.Code{
	{
		Code: codeNoHeader, Title: "no optimizer line",
		Explain: "A rule begins with the word `optimizer`, its name and, if it is to have one, a title. The name is that of the folder and the one by which a trainer loads it.",
		Bad:     "hyper lr = 0.1 in (0, inf)\n\n" + step, Good: "optimizer sgd\n\nhyper lr = 0.1 in (0, inf)\n\n" + step,
	}, {
		Code: codeSecondHeader, Title: "a second optimizer line",
		Explain: "A file holds one rule. Variants of one rule are options of it; another rule has a file of its own.",
		Bad:     rule("optimizer sgd2", step), Good: rule(step),
	}, {
		Code: codeBracket, Title: "a bracket without its partner",
		Explain: "Every ( [ { has its ) ] } in the same statement, and the other way round. Only the two ends of a domain may differ: [0, 1).",
		Bad:     rule("theta[t+1] = theta - lr*(g + theta"), Good: rule("theta[t+1] = theta - lr*(g + theta)"),
	}, {
		Code: codeNested, Title: "a declaration in a branch",
		Explain: "Declarations stand outside of all braces, and what they declare is known everywhere. A state that only some variants read costs nothing in the others.",
		Bad:     rule("if t > 1 {", "  state m", "  m[t] = g", "} else {", "  m[t] = 0", "}", "theta[t+1] = theta - lr*m"),
		Good:    rule("state m", "if t > 1 {", "  m[t] = g", "} else {", "  m[t] = 0", "}", "theta[t+1] = theta - lr*m"),
	}, {
		Code: codeStrayElse, Title: "an else or then without its if",
		Explain: "An `else` follows the closing brace of a branch, once, or the middle value of an if expression. A `then` follows the condition of an if expression.",
		Bad:     rule("theta[t+1] = theta - lr*g else theta"), Good: rule("theta[t+1] = if t > 1 then theta - lr*g else theta"),
	}, {
		Code: codeUnknownWord, Title: "an unknown word at the beginning of a line",
		Explain: "A declaration begins with optimizer, paper, doc, version, hyper, option or state, and a statement with `if` or the name that gets a value. The word found is none of these; it may be misspelled or come from another language.",
		Bad:     rule("hypr beta = 0.9 in [0, 1)", step), Good: rule("hyper beta = 0.9 in [0, 1)", step),
	}, {
		Code: codeNoBrace, Title: "a branch without braces",
		Explain: "The statements of a branch stand in braces, even a single one. A choice between two values is an expression and has none: x = if CONDITION then A else B.",
		Bad:     rule("if t > 1 then theta[t+1] = theta - lr*g else theta[t+1] = theta"),
		Good:    rule("if t > 1 {", "  theta[t+1] = theta - lr*g", "} else {", "  theta[t+1] = theta", "}"),
	},
}
