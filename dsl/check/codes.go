package check

import (
	"slices"
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

// Codes are all findings of this package, in the order of their codes.
var Codes = slices.Concat(nameCodes, typeCodes, timeCodes, limitCodes, warningCodes)

// Parts of the examples.
const (
	sgdHead  = "optimizer sgd\nhyper lr = 0.1 in (0, inf)\n"
	heavy    = "optimizer heavy\nhyper lr   = 0.1 in (0, inf)\nhyper beta = 0.9 in [0, 1)\n"
	sgdStep  = "theta[t+1] = theta - lr*g\n"
	decayed  = sgdHead + "option decay = off | on\n"
	heavyRun = "m[t] = beta*m[t-1] + g\ntheta[t+1] = theta - lr*m\n"
)

// many repeats a declaration under numbered names.
func many(n int, before, after string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(before + string(rune('A'+i/26)) + string(rune('A'+i%26)) + after + "\n")
	}
	return b.String()
}

var nameCodes = []diag.Code{
	{
		Code: codeUnknown, Title: "a name that there is not",
		Explain: "An expression uses a name that nothing declares and no statement gives. Names are " +
			"hyperparameters, options, states, the names that statements give, and theta, g and t. " +
			"A hyperparameter, option or state may be declared below its use, as long as it is declared.",
		Bad:  sgdHead + "theta[t+1] = theta - lrate*g\n",
		Good: sgdHead + sgdStep,
	}, {
		Code: codeNoFunc, Title: "a function that there is not",
		Explain: "A name with parentheses after it is a call of a function, and the language has no function " +
			"of this name. A product is always written with its sign: lr*(a + b), not lr(a + b).",
		Bad:  sgdHead + "theta[t+1] = theta - lr(g)\n",
		Good: sgdHead + "theta[t+1] = theta - lr*(g)\n",
	}, {
		Code: codeTwice, Title: "a name declared twice",
		Explain: "Hyperparameters, options and states share one set of names, and each name has one declaration.",
		Bad:     sgdHead + "hyper lr = 0.2 in (0, inf)\n" + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeTaken, Title: "a name that the language has for itself",
		Explain: "theta, g, t and the names of the functions have a fixed meaning and can't be declared or given a value.",
		Bad:     sgdHead + "hyper max = 1 in (0, inf)\n" + sgdStep,
		Good:    sgdHead + "hyper most = 1 in (0, inf)\ntheta[t+1] = theta - lr*min(g, most)\n",
	}, {
		Code: codeEmpty, Title: "a domain without a number",
		Explain: "A domain is an interval from its lower to its upper end. An end with a bracket, [ or ], is a part " +
			"of it, one with a parenthesis is not. This one holds no number, so that no value could be set.",
		Bad:  "optimizer sgd\nhyper lr = 0.1 in (1, 0)\n" + sgdStep,
		Good: "optimizer sgd\nhyper lr = 0.1 in (0, 1)\n" + sgdStep,
	}, {
		Code: codeClosedInf, Title: "an infinite end that is closed",
		Explain: "A hyperparameter is a finite number. An infinite end of its domain is therefore open, with a parenthesis.",
		Bad:     "optimizer sgd\nhyper lr = 0.1 in (0, inf]\n" + sgdStep,
		Good:    "optimizer sgd\nhyper lr = 0.1 in (0, inf)\n" + sgdStep,
	}, {
		Code: codeDefault, Title: "a default outside its domain",
		Explain: "The default of a hyperparameter must be one of the values that may be set: it must lie in the domain. " +
			"An end with a parenthesis is not a part of the domain.",
		Bad:  "optimizer sgd\nhyper lr = 0 in (0, inf)\n" + sgdStep,
		Good: "optimizer sgd\nhyper lr = 0 in [0, inf)\n" + sgdStep,
	}, {
		Code: codeChoiceTwice, Title: "a choice that an option has twice",
		Explain: "The choices of an option are told apart by their names.",
		Bad:     sgdHead + "option sign_only = on | off | on\ntheta[t+1] = theta - lr*(if sign_only = on then sign(g) else g)\n",
		Good:    sgdHead + "option sign_only = on | off\ntheta[t+1] = theta - lr*(if sign_only then sign(g) else g)\n",
	}, {
		Code: codeVersion, Title: "a version that is no semantic version",
		Explain: "A version has three numbers with points between them, without leading zeros: 1.0.2. " +
			"A pre-release follows after a hyphen, build data after a plus sign.",
		Bad:  sgdHead + "version \"v1.2\"\n" + sgdStep,
		Good: sgdHead + "version \"1.2.0\"\n" + sgdStep,
	}, {
		Code: codeVersionTwice, Title: "a second version",
		Explain: "A rule has at most one version line. Without one its version is 0.0.0.",
		Bad:     sgdHead + "version \"1.0.0\"\nversion \"1.1.0\"\n" + sgdStep,
		Good:    sgdHead + "version \"1.1.0\"\n" + sgdStep,
	}, {
		Code: codeNotGiven, Title: "a value for what a statement can't give",
		Explain: "Statements give names, states and theta[t+1]. A hyperparameter is set by the trainer, an option is chosen " +
			"before the run, t counts by itself, and the gradient g is never written.",
		Bad:  sgdHead + "g = sign(g)\n" + sgdStep,
		Good: sgdHead + "direction = sign(g)\ntheta[t+1] = theta - lr*direction\n",
	}, {
		Code: codeNoChoice, Title: "a choice that the option does not have",
		Explain: "An option is compared to one of the choices of its declaration.",
		Bad:     decayed + "theta[t+1] = theta - lr*(if decay = no then g else g + theta)\n",
		Good:    decayed + "theta[t+1] = theta - lr*(if decay = off then g else g + theta)\n",
	}, {
		Code: codeFuncValue, Title: "a function without its arguments",
		Explain: "A function is not a value. It stands with its arguments in parentheses.",
		Bad:     sgdHead + "theta[t+1] = theta - lr*sign\n",
		Good:    sgdHead + "theta[t+1] = theta - lr*sign(g)\n",
	},
}

var typeCodes = []diag.Code{
	{
		Code: codeNotCondition, Title: "a number where a condition must stand",
		Explain: "After if, and on both sides of and, or and not, stand conditions: comparisons, or on/off options. " +
			"A number is neither true nor false.",
		Bad:  sgdHead + "theta[t+1] = if t then theta - lr*g else theta\n",
		Good: sgdHead + "theta[t+1] = if t > 1 then theta - lr*g else theta\n",
	}, {
		Code: codeNotNumber, Title: "a condition where a number must stand",
		Explain: "Operators, functions and comparisons take numbers. A condition becomes a number by " +
			"if CONDITION then 1 else 0.",
		Bad:  sgdHead + "theta[t+1] = theta - lr*(g > 0)\n",
		Good: sgdHead + "theta[t+1] = theta - lr*(if g > 0 then 1 else 0)\n",
	}, {
		Code: codeCondNamed, Title: "a condition that is given a name",
		Explain: "Names, states and theta hold numbers. A condition is written where it is used.",
		Bad:     sgdHead + "late = t > 100\ntheta[t+1] = if late then theta else theta - lr*g\n",
		Good:    sgdHead + "theta[t+1] = if t > 100 then theta else theta - lr*g\n",
	}, {
		Code: codeOptionValue, Title: "an option where a number must stand",
		Explain: "An option is chosen before the run and has no value to compute with. Choose between two expressions by it.",
		Bad:     decayed + "theta[t+1] = theta - lr*decay*g\n",
		Good:    decayed + "theta[t+1] = theta - lr*(if decay then g + theta else g)\n",
	}, {
		Code: codeNotOnOff, Title: "an option alone that is not on or off",
		Explain: "Only an option whose two choices are on and off can be a condition by itself. " +
			"Others are compared to one of their choices.",
		Bad:  sgdHead + "option decay = none | l2\ntheta[t+1] = if decay then theta - lr*(g + theta) else theta - lr*g\n",
		Good: sgdHead + "option decay = none | l2\ntheta[t+1] = if decay = l2 then theta - lr*(g + theta) else theta - lr*g\n",
	}, {
		Code: codeElementBranch, Title: "a branch on a condition of elements",
		Explain: "An if statement takes one of its branches for the whole tensor, so that its condition must be the same for " +
			"all elements: of options or of scalars. A comparison in which a tensor takes part differs from element to " +
			"element; the expression if … then … else … chooses by it.",
		Bad:  sgdHead + "if g > 0 { theta[t+1] = theta - lr } else { theta[t+1] = theta + lr }\n",
		Good: sgdHead + "theta[t+1] = if g > 0 then theta - lr else theta + lr\n",
	}, {
		Code: codeArity, Title: "a wrong number of arguments",
		Explain: "Each function takes a fixed number of arguments.",
		Bad:     sgdHead + "theta[t+1] = theta - lr*max(g)\n",
		Good:    sgdHead + "theta[t+1] = theta - lr*max(g, 0)\n",
	}, {
		Code: codeExponent, Title: "a whole exponent of a tensor that is no small number",
		Explain: "A whole power of a tensor is a chain of products for each element. Its exponent must be a number in the text, " +
			"from -64 to 64. A scalar's power is computed once a step and can have t or an expression of it.",
		Bad:  sgdHead + "theta[t+1] = theta - lr*g^t\n",
		Good: sgdHead + "theta[t+1] = theta - lr*g^3\n",
	}, {
		Code: codeReduceScalar, Title: "a reduction of a scalar",
		Explain: "sum, mean, norm and maxabs make one number of the elements of a tensor. A scalar has no elements.",
		Bad:     sgdHead + "theta[t+1] = theta - g/norm(lr)\n",
		Good:    sgdHead + "theta[t+1] = theta - lr*g/norm(g)\n",
	}, {
		Code: codeInit, Title: "what an initial value can't use",
		Explain: "The initial value of a state is the value before the first step. It is made of numbers, hyperparameters, " +
			"theta and the first gradient g, by operators, functions and options. Reductions, states, names and t are not known then, " +
			"and no random numbers are drawn.",
		Bad:  heavy + "state m = norm(g)\n" + heavyRun,
		Good: heavy + "state m = abs(g)\n" + heavyRun,
	}, {
		Code: codeOptionCompare, Title: "a comparison that an option can't be in",
		Explain: "An option stands on the left of = or != and one of its choices on the right.",
		Bad:     decayed + "theta[t+1] = if on = decay then theta - lr*(g + theta) else theta - lr*g\n",
		Good:    decayed + "theta[t+1] = if decay = on then theta - lr*(g + theta) else theta - lr*g\n",
	},
}
