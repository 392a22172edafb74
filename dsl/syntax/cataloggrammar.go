package syntax

import "github.com/optc-lang/optc/dsl/diag"

// grammarCodes are about what is missing or stands in a wrong place.
var grammarCodes = []diag.Code{
	{
		Code: codeExpected, Title: "something else was expected",
		Explain: "The grammar takes something else at this place; the message lists what. LANGUAGE.md, section 3, has the grammar.",
		Bad:     rule("theta[t+1] = theta - lr*g \"step\""), Good: rule("theta[t+1] = theta - lr*g # step"),
	}, {
		Code: codeNoOperand, Title: "an expression is missing",
		Explain: "After an operator, an opening parenthesis, a comma, `if`, `then` or `else` stands an expression: a number, a name, a call of a function or an expression in parentheses.",
		Bad:     rule("theta[t+1] = theta - lr*"), Good: rule(step),
	}, {
		Code: codeNoOperator, Title: "an operator is missing",
		Explain: "Two values can't stand side by side. A product is written with its sign, and the arguments of a function stand in parentheses.",
		Bad:     rule("theta[t+1] = theta - lr g"), Good: rule(step),
	}, {
		Code: codeNoName, Title: "a name is missing",
		Explain: "A declaration names what it declares, and a statement begins with the name that gets a value. A name begins with a letter and has no quotation marks.",
		Bad:     rule("state 2", step), Good: rule("state m", "m[t] = g", "theta[t+1] = theta - lr*m"),
	}, {
		Code: codeReserved, Title: "a word of the language as a name",
		Explain: "The words optimizer, paper, doc, version, hyper, option, state, if, then, else, and, or, not, in and inf have their meaning everywhere. Choose another name.",
		Bad:     rule("state state", step), Good: rule("state m", "m[t] = g", "theta[t+1] = theta - lr*m"),
	}, {
		Code: codeNoElse, Title: "an if expression without else",
		Explain: "An if expression chooses between two values and needs both. A branch, with braces, may leave its else away.",
		Bad:     rule("theta[t+1] = if t > 1 then theta - lr*g"), Good: rule("theta[t+1] = if t > 1 then theta - lr*g else theta"),
	}, {
		Code: codeNoThen, Title: "an if expression without then",
		Explain: "A choice between values is written if CONDITION then A else B. Braces belong to branches, which are statements.",
		Bad:     rule("theta[t+1] = if t > 1, theta - lr*g else theta"), Good: rule("theta[t+1] = if t > 1 then theta - lr*g else theta"),
	}, {
		Code: codeChain, Title: "a chain of comparisons",
		Explain: "A comparison compares two values and its result is no value. Two bounds are two comparisons, joined by `and`.",
		Bad:     rule("theta[t+1] = if 1 < t < 9 then theta - lr*g else theta"), Good: rule("theta[t+1] = if 1 < t and t < 9 then theta - lr*g else theta"),
	}, {
		Code: codeNeedsParens, Title: "parentheses are missing",
		Explain: "An if expression or a `not` is an operand only in parentheses, and so is a power that is raised once more by a superscript.",
		Bad:     rule("theta[t+1] = theta - if t > 1 then lr*g else g"), Good: rule("theta[t+1] = theta - (if t > 1 then lr*g else g)"),
	},
}

// declarationCodes are about the parts of declarations and statements.
var declarationCodes = []diag.Code{
	{
		Code: codeNoDomain, Title: "a hyperparameter without a sound domain",
		Explain: "Every hyperparameter says in which interval its values lie. The ends of the interval are numbers or `inf`, with round brackets where the end itself is out and square ones where it is in.",
		Bad:     rule("hyper beta = 0.9", step), Good: rule("hyper beta = 0.9 in [0, 1)", step),
	}, {
		Code: codeNoDefault, Title: "a hyperparameter without a sound default",
		Explain: "Every hyperparameter has a default, which is one number, with a minus sign if need be. Values that follow from others are given names by statements.",
		Bad:     rule("hyper beta in [0, 1)", step), Good: rule("hyper beta = 0.9 in [0, 1)", step),
	}, {
		Code: codeChoices, Title: "an option without two choices",
		Explain: "An option lists at least two choices, which are names separated by |. The first one is the default.",
		Bad:     rule("option decay = decoupled", step), Good: rule("option decay = decoupled | l2", step),
	}, {
		Code: codeBadIndex, Title: "not a time index",
		Explain: "In square brackets after a name stands `t`, or `t` and a whole number of steps: m[t], m[t-1], theta[t+1]. What papers' sources write as m_{t-1} is m[t-1]; only states, theta and g have an index. Elements of a tensor are not addressed one by one.",
		Bad:     rule("state m", "", "m[t] = m[n] + g", "theta[t+1] = theta - lr*m"), Good: rule("state m", "", "m[t] = m[t-1] + g", "theta[t+1] = theta - lr*m"),
	}, {
		Code: codeNoText, Title: "a text is missing",
		Explain: "The words `paper`, `doc` and `version` each take one text between quotation marks. They may be repeated, `version` apart.",
		Bad:     rule("version 1.0", step), Good: rule("version \"1.0.0\"", step),
	}, {
		Code: codeNoValue, Title: "a name that gets no value",
		Explain: "A statement gives a name a value: NAME = EXPRESSION. A name alone says nothing.",
		Bad:     rule("m", step), Good: rule("m = lr*g", "theta[t+1] = theta - m"),
	},
}
