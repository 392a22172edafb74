package fuzz

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Rule is the text of a random rule, which compiles without errors. The same
// seed gives the same text. The rule's name is fuzz and the seed. Rules of odd
// seeds keep to what kernels with vectors compute; few of the others do.
func Rule(seed uint64) string {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 0x6f707463)), words: slices.Clone(words)}
	w.Shuffle(len(w.words), func(i, j int) { w.words[i], w.words[j] = w.words[j], w.words[i] })
	w.depth = 1 + w.IntN(5)
	w.vectors = seed%2 == 1
	w.head(seed)
	states := w.states()
	w.scalars = append(w.scalars, "t")
	w.late = true
	w.body(states)
	return w.text.String()
}

// writer writes one rule.
type writer struct {
	*rand.Rand
	text  strings.Builder
	words []string // names that are still free
	depth int      // of most expressions

	// vectors leaves out exp, log and fractional powers of tensors, and random
	// numbers: a rule that has them has no vector kernels.
	vectors bool

	// What an expression can name here, in the order of the text: scalars, what
	// is a tensor in every variant, and what is a scalar in some variants.
	scalars, tensors, either []string

	options    []string // conditions of options
	late       bool     // the initial values are done: there are states, t and reductions
	parts      int      // of the expressions so far
	reductions int      // so far
}

// words are names for values: usual ones, those that have a form of their own
// in mathematical notation, and those that mean something in generated code.
var words = []string{
	"m", "v", "u", "q", "w", "x", "y", "r", "beta", "beta1", "beta2", "m2", "x1", "mhat", "vbar", "gtilde", "mhat1",
	"rho_inf", "a_b", "aB", "A_b", "AB", "alpha", "gamma", "delta1", "eps", "zeta", "kappa", "lambda", "mu", "nu", "xi",
	"pi", "sigma", "tau", "phi", "chi", "psi", "omega", "theta_next", "thetabar", "thetaNext", "gT", "normGrad", "sumTheta",
	"range", "T", "num", "math", "init", "main", "string", "len", "cap", "nil", "true", "iota", "func", "var", "type",
	"i", "n", "at", "c1", "cond1", "tree1", "lanes1", "mLag1", "m_lag1", "abi", "Rule", "source", "float64", "float32",
	"clear", "copy", "make", "panic", "any", "go", "defer", "select", "step", "Kernel", "Update", "Theta", "Grad", "State",
	"Hyper", "int64", "Seed", "Tensor", "First", "switch", "return", "e", "E1", "x_1_", "block", "rows",
}

// word takes a name that is still free.
func (w *writer) word() string {
	name := w.words[0]
	w.words = w.words[1:]
	return name
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.text, format, args...) }

// pick is one of several texts, each as likely.
func (w *writer) pick(from ...string) string { return from[w.IntN(len(from))] }

// one tells something that happens once in n times.
func (w *writer) one(n int) bool { return w.IntN(n) == 0 }

// domains are defaults and domains of hyperparameters.
var domains = []string{
	"0.1 in (0, inf)", "0.9 in [0, 1)", "0.5 in [-1, 1]", "0.5 in [0.5, 0.5]", "-0.25 in (-inf, inf)",
	"1e-8 in [0, inf)", "3 in [1, 8]", "0 in [-1e-310, 1e-310]", "-2 in (-inf, -0.5]", "1e-3 in (0, 1e30)",
}

// head writes everything that is declared above the states.
func (w *writer) head(seed uint64) {
	w.printf("optimizer fuzz%d%s\n", seed, w.pick("", "", ` "A \"random\" rule \\ β"`))
	if w.one(4) {
		w.printf("paper \"Nobody, Nowhere 2000\"\nversion \"1.2.%d\"\n", w.IntN(10))
	}
	for range w.IntN(5) {
		name := w.word()
		w.printf("hyper %s = %s%s\n", name, w.pick(domains...), w.pick("", ` "a number"`))
		w.scalars = append(w.scalars, name)
	}
	if w.one(2) {
		w.option(w.pick("on | off", "off | on"), func(n string) []string { return []string{n, n + " = off", n + " != on"} })
	}
	if w.one(3) {
		w.option("l1 | lr | range", func(n string) []string { return []string{n + " = l1", n + " != lr", n + " = range"} })
	}
	if w.one(8) {
		w.option("paper | sqrt", func(n string) []string { return []string{n + " = paper", n + " != paper"} })
	}
}

// option declares an option; conditions are what can be asked of it.
func (w *writer) option(choices string, conditions func(name string) []string) {
	name := w.word()
	w.printf("option %s = %s\n", name, choices)
	w.options = append(w.options, conditions(name)...)
}

// maxLag is the greatest lag that a rule reads but now and then.
const maxLag = 4

// states declares states and gives their names.
func (w *writer) states() []string {
	w.tensors = []string{"theta", "g", "theta[t]", "g[t]"}
	var names []string
	for range w.IntN(4) {
		names = append(names, w.word())
		w.printf("state %s", names[len(names)-1])
		if !w.one(3) {
			w.printf(" = %s", w.number(w.IntN(w.depth)))
		}
		w.printf("\n")
	}
	for _, name := range names {
		for range 2 {
			lag := 1 + w.IntN(maxLag)
			if w.one(20) {
				lag = 8
			}
			w.tensors = append(w.tensors, fmt.Sprintf("%s[t-%d]", name, lag))
		}
	}
	return names
}

// body writes the statements: those that give states and the parameter, and
// between them others that give names.
func (w *writer) body(states []string) {
	for _, state := range states {
		w.lets()
		w.give(state+"[t]", 2, func() string { return w.number(w.depth) })
		w.tensors = append(w.tensors, state, state+"[t]")
	}
	w.lets()
	w.give("theta[t+1]", 2, w.next)
}

// next is a new parameter: most are a step from the old one.
func (w *writer) next() string {
	if w.one(4) {
		return w.number(w.depth)
	}
	return fmt.Sprintf("theta - 0.1*(%s + %s)", w.tensor(w.depth), w.number(w.depth))
}

// lets writes a few statements that give names.
func (w *writer) lets() {
	for range w.IntN(4) {
		w.let()
	}
}

func (w *writer) let() {
	name := w.word()
	switch w.IntN(5) {
	case 0, 1:
		w.give(name, 2, func() string { return w.scalar(w.depth) })
		w.scalars = append(w.scalars, name)
	case 2, 3:
		w.give(name, 2, func() string { return w.tensor(w.depth) })
		w.tensors = append(w.tensors, name)
	default:
		w.give(name, 2, func() string { return w.number(w.depth) })
		w.either = append(w.either, name)
	}
}

// give writes the statements that give a target its value on every path.
func (w *writer) give(target string, branches int, value func() string) {
	if branches == 0 || !w.one(4) {
		w.printf("%s = %s\n", target, value())
		return
	}
	w.printf("if %s {\n", w.condition(2))
	w.arm(func() { w.give(target, branches-1, value) })
	if w.one(3) {
		w.printf("} else if %s {\n", w.condition(1))
		w.arm(func() { w.give(target, 0, value) })
	}
	w.printf("} else {\n")
	w.arm(func() { w.give(target, branches-1, value) })
	w.printf("}\n")
}

// arm writes an arm of a branch, now and then with a name that is known in it
// alone.
func (w *writer) arm(write func()) {
	scalars, tensors, either := w.scalars, w.tensors, w.either
	if w.one(3) {
		name := w.word()
		w.printf("%s = %s\n", name, w.tensor(w.depth-1))
		w.tensors = append(slices.Clip(tensors), name)
	}
	write()
	w.scalars, w.tensors, w.either = scalars, tensors, either
}
