package check

import (
	"strings"

	"github.com/optc-lang/optc/dsl/diag"
)

var timeCodes = []diag.Code{
	{
		Code: codeIndex, Title: "a time index on what has none",
		Explain: "States have a value for each step and take [t], [t-1] and so on; theta and g take [t]. Hyperparameters, " +
			"options, t and the names that statements give have no time index. What shall be known in later steps is declared as a state.",
		Bad:  sgdHead + "last = g\ntheta[t+1] = theta - lr*(last + last[t-1])\n",
		Good: sgdHead + "state last\nlast[t] = g\ntheta[t+1] = theta - lr*(last + last[t-1])\n",
	}, {
		Code: codeNoPast, Title: "the past of theta or g",
		Explain: "theta and g are known for this step only: nothing keeps their values of earlier steps, unless a state does.",
		Bad:     sgdHead + "theta[t+1] = theta - lr*(2*g - g[t-1])\n",
		Good:    sgdHead + "state last\nlast[t] = g\ntheta[t+1] = theta - lr*(2*g - last[t-1])\n",
	}, {
		Code: codeFuture, Title: "a value from the future",
		Explain: "A step reads values of this step and of earlier ones. The new parameter theta[t+1] is only given; what shall " +
			"be used beside it gets a name first.",
		Bad:  heavy + "state m\nm[t] = beta*m[t-1] + g\ntheta[t+1] = theta - lr*m[t+1]\n",
		Good: heavy + "state m\nm[t] = beta*m[t-1] + g\ntheta[t+1] = theta - lr*m[t]\n",
	}, {
		Code: codeLeft, Title: "a left side with the wrong time",
		Explain: "A state is given its value of this step, as m[t] = …, and the parameter its value after it, as theta[t+1] = ….",
		Bad:     sgdHead + "theta = theta - lr*g\n",
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeNoState, Title: "a state that there is not",
		Explain: "A name with a time index is a state, and every state is declared: state m. " +
			"A value that no later step needs has no index.",
		Bad:  heavy + heavyRun,
		Good: heavy + "state m\n" + heavyRun,
	}, {
		Code: codeEarly, Title: "a use before the value is given",
		Explain: "Statements run in order. A name, and the value of this step of a state, are known only after the statement " +
			"that gives them. The state's value after the step before is m[t-1].",
		Bad:  heavy + "state m\nm[t] = beta*m + g\ntheta[t+1] = theta - lr*m\n",
		Good: heavy + "state m\n" + heavyRun,
	}, {
		Code: codeOneArm, Title: "a name that is not known on every path",
		Explain: "A name that one arm of a branch gives is known in that arm. It is known after the branch only where both arms give it. " +
			"Arms that the options of a variant do not take are not there in that variant.",
		Bad:  sgdHead + "if t > 10 { slow = lr/2 }\ntheta[t+1] = theta - slow*g\n",
		Good: sgdHead + "if t > 10 { slow = lr/2 } else { slow = lr }\ntheta[t+1] = theta - slow*g\n",
	}, {
		Code: codeAgain, Title: "a second value",
		Explain: "On every path through the branches a name, a state and theta[t+1] are given at most once, so that a name " +
			"means one value wherever it stands.",
		Bad:  sgdHead + "d = sign(g)\nd = d*lr\ntheta[t+1] = theta - d\n",
		Good: sgdHead + "d = sign(g)\nscaled = d*lr\ntheta[t+1] = theta - scaled\n",
	}, {
		Code: codeMissing, Title: "a state or the parameter without its value",
		Explain: "Each step gives every state and theta[t+1]. One that shall stay says so: m[t] = m[t-1], theta[t+1] = theta.",
		Bad:     heavy + "state m\ntheta[t+1] = theta - lr*beta*m[t-1]\n",
		Good:    heavy + "state m\nm[t] = g\ntheta[t+1] = theta - lr*beta*m[t-1]\n",
	}, {
		Code: codeOnePath, Title: "a state or the parameter given on one path only",
		Explain: "Every path through the branches gives every state and theta[t+1], in every variant. Where one shall stay, " +
			"the other arm says so: m[t] = m[t-1], theta[t+1] = theta.",
		Bad:  sgdHead + "if norm(g) > 0 { theta[t+1] = theta - lr*g/norm(g) }\n",
		Good: sgdHead + "if norm(g) > 0 { theta[t+1] = theta - lr*g/norm(g) } else { theta[t+1] = theta }\n",
	},
}

var limitCodes = []diag.Code{
	{
		Code: codeHypers, Title: "too many hyperparameters",
		Explain: "A rule has at most 64 hyperparameters.",
		Bad:     sgdHead + many(64, "hyper ", " = 0 in [0, 1]") + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeOptions, Title: "too many options",
		Explain: "A rule has at most 8 options.",
		Bad:     sgdHead + many(9, "option ", " = on | off") + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeChoices, Title: "too many choices",
		Explain: "An option has at most 8 choices.",
		Bad:     sgdHead + "option o = a | b | c | d | e | f | h | i | j\ntheta[t+1] = if o = a then theta - lr*g else theta\n",
		Good:    sgdHead + "option o = a | b | c | d | e | f | h | i\ntheta[t+1] = if o = a then theta - lr*g else theta\n",
	}, {
		Code: codeStates, Title: "too many states",
		Explain: "A rule has at most 16 states.",
		Bad:     sgdHead + many(17, "state ", "") + many(17, "", "[t] = g") + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeVariants, Title: "too many variants",
		Explain: "Each choice of every option is a variant of the rule, with a program of its own: three options with four choices " +
			"make 64 variants. A rule has at most 64.",
		Bad:  sgdHead + many(7, "option ", " = on | off") + "theta[t+1] = if AA or AB or AC or AD or AE or AF or AG then theta - lr*g else theta\n",
		Good: sgdHead + many(6, "option ", " = on | off") + "theta[t+1] = if AA or AB or AC or AD or AE or AF then theta - lr*g else theta\n",
	}, {
		Code: codeStatements, Title: "too many statements",
		Explain: "A rule has at most 512 statements, a branch and each statement in it counted.",
		Bad:     sgdHead + many(512, "", " = lr") + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeNodes, Title: "expressions that are too large",
		Explain: "All expressions of a rule together have at most 8192 parts: numbers, uses of names, operators, functions and if expressions.",
		Bad:     sgdHead + "theta[t+1] = theta - lr*g" + strings.Repeat(" + 1", 4096) + "\n",
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeLag, Title: "a lag that is too long",
		Explain: "A state is read at most 8 steps back: m[t-8]. Each step of lag takes the memory of one more value for each element.",
		Bad:     heavy + "state m\nm[t] = beta*m[t-9] + g\ntheta[t+1] = theta - lr*m\n",
		Good:    heavy + "state m\nm[t] = beta*m[t-8] + g\ntheta[t+1] = theta - lr*m\n",
	},
}

var warningCodes = []diag.Code{
	{
		Code: codeUnusedHyper, Title: "a hyperparameter that nothing uses",
		Explain: "Setting it has no effect.",
		Bad:     heavy + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeUnusedOption, Title: "an option that nothing depends on",
		Explain: "All variants that differ in it alone are the same.",
		Bad:     decayed + sgdStep,
		Good:    sgdHead + sgdStep,
	}, {
		Code: codeUnusedName, Title: "a name that nothing uses",
		Explain: "The value is computed by no engine. Perhaps another name was meant where it should be used.",
		Bad:     sgdHead + "d = sign(g)\n" + sgdStep,
		Good:    sgdHead + "d = sign(g)\ntheta[t+1] = theta - lr*d\n",
	}, {
		Code: codeUnreadState, Title: "a state that nothing reads",
		Explain: "Nothing but the statement that gives the state reads it, so that it has no effect on the parameter and gets no memory.",
		Bad:     heavy + "state m\nm[t] = beta*m[t-1] + g\n" + sgdStep,
		Good:    heavy + "state m\n" + heavyRun,
	}, {
		Code: codeNoLag, Title: "a state that is never read at a lag",
		Explain: "A state is there to be read in a later step, as m[t-1]. One that is read in its own step alone keeps nothing; " +
			"a plain name says the same.",
		Bad:  sgdHead + "state d\nd[t] = sign(g)\ntheta[t+1] = theta - lr*d\n",
		Good: sgdHead + "d = sign(g)\ntheta[t+1] = theta - lr*d\n",
	}, {
		Code: codeNotWhole, Title: "an exponent that is whole in value but not in form",
		Explain: "A power is a chain of products, with the same bits on every machine, where its exponent is whole by its form: 2, not 2.0 or 2e0. " +
			"Other powers are computed by a function that is exact to about one unit in the last place, and make the rule inexact.",
		Bad:  sgdHead + "theta[t+1] = theta - lr*g^3.0\n",
		Good: sgdHead + "theta[t+1] = theta - lr*g^3\n",
	},
}
