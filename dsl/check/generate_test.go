package check_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/dsl/lower"
)

// writer writes a rule at random: most of them faulty in a few places at most,
// many sound.
type writer struct {
	*rand.Rand
	out   strings.Builder
	names []string // given so far, in any arm
}

func (w *writer) pick(from ...string) string { return from[w.IntN(len(from))] }

func (w *writer) rule() string {
	w.out.WriteString("optimizer x\nhyper lr = 0.1 in (0, inf)\noption o = on | off\noption p = a | b | c\nstate m = " + w.init() + "\nstate v\n")
	for range w.IntN(6) {
		w.stmt(2)
	}
	w.give("m[t]", 2)
	w.give("v[t]", 2)
	w.give("theta[t+1]", 2)
	return w.out.String()
}

func (w *writer) init() string { return w.pick("0", "g^2", "if o then lr else theta", "abs(g)*lr") }

// give gives a target on every path.
func (w *writer) give(target string, depth int) {
	if depth == 0 || w.IntN(3) > 0 {
		fmt.Fprintf(&w.out, "%s = %s\n", target, w.number(3))
		return
	}
	fmt.Fprintf(&w.out, "if %s {\n", w.cond(2))
	w.give(target, depth-1)
	w.out.WriteString("} else {\n")
	w.give(target, depth-1)
	w.out.WriteString("}\n")
}

func (w *writer) stmt(depth int) {
	switch {
	case depth > 0 && w.IntN(4) == 0:
		fmt.Fprintf(&w.out, "if %s {\n", w.cond(2))
		w.stmt(depth - 1)
		w.out.WriteString("}\n")
	default:
		name := fmt.Sprintf("x%d", len(w.names))
		w.give(name, depth)
		w.names = append(w.names, name)
	}
}

func (w *writer) number(depth int) string {
	if depth == 0 {
		leaves := append([]string{"lr", "t", "g", "theta", "m[t-1]", "v[t-2]", "2", "0.5", "g[t]", "m[t-8]", "normal()", "uniform()"}, w.names...)
		return w.pick(leaves...)
	}
	a := func() string { return w.number(w.IntN(depth)) }
	switch w.IntN(8) {
	case 0:
		return fmt.Sprintf("(if %s then %s else %s)", w.cond(depth-1), a(), a())
	case 1:
		return fmt.Sprintf("%s(%s)", w.pick("sqrt", "abs", "sign", "exp", "norm", "sum", "maxabs"), a())
	case 2:
		return fmt.Sprintf("%s(%s, %s)", w.pick("min", "max", "pow"), a(), a())
	case 3:
		return fmt.Sprintf("(%s)^%s", a(), w.pick("2", "-3", "t", "(t - 1)", "0", "lr", "0.5", "63"))
	case 4:
		return "-" + w.number(0)
	}
	return fmt.Sprintf("(%s %s %s)", a(), w.pick("+", "-", "*", "/"), a())
}

func (w *writer) cond(depth int) string {
	if depth == 0 {
		return w.pick("o", "p = a", "p != b", "o = off", "t > 3", "lr < 1", "norm(g) > lr", "t = 1")
	}
	switch w.IntN(6) {
	case 0:
		return "not (" + w.cond(depth-1) + ")"
	case 1:
		return fmt.Sprintf("(%s and %s)", w.cond(depth-1), w.cond(depth-1))
	case 2:
		return fmt.Sprintf("(%s or %s)", w.cond(depth-1), w.cond(depth-1))
	case 3:
		return fmt.Sprintf("(%s %s %s)", w.number(depth-1), w.pick("<", "=", "!=", ">="), w.number(depth-1))
	}
	return w.cond(0)
}

// checkGenerated tells whether the rule of a seed is sound, and lowers it.
func checkGenerated(t *testing.T, seed uint64) bool {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 7))}
	text := w.rule()
	_, info, list := findings("generated.opt", text)
	for _, d := range list {
		require.NotEqual(t, "E01", d.Code[:3], "the generator writes what does not parse: %s\n%s", d, text)
	}
	if list.HasErrors() {
		return false
	}
	for _, v := range lower.Variants(info) {
		require.NoError(t, ir.Verify(lower.Program(info, v)), "%v\n%s", v, text)
	}
	return true
}

func TestGeneratedRules(t *testing.T) {
	sound := 0
	for seed := range uint64(400) {
		if checkGenerated(t, seed) {
			sound++
		}
	}
	require.Greater(t, sound, 40, "too few of the generated rules are sound to tell anything")
}

// FuzzGenerated does the same as TestGeneratedRules for as long as it runs.
func FuzzGenerated(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkGenerated(t, seed) })
}
