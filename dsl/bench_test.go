package dsl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
)

// BenchmarkCompile is the front end, from the text to the programs of all
// variants, for every rule of the repository. The goal is 5 ms for each.
func BenchmarkCompile(b *testing.B) {
	for name, text := range corpus(b) {
		b.Run(strings.TrimSuffix(name, ".opt"), func(b *testing.B) {
			for b.Loop() {
				rule, list := dsl.Compile(name, text)
				require.NotNil(b, rule, "%v", list)
			}
		})
	}
}

// BenchmarkSize is the front end and the writing of Go for rules of growing
// size, in time a statement: where the cost is linear, all are alike.
func BenchmarkSize(b *testing.B) {
	for _, n := range []int{32, 128, 510} {
		for _, shape := range []struct {
			name string
			text string
		}{
			{"chain", chain(n, func(i int) string { return fmt.Sprintf("x%d = 0.5*x%d + g*theta - lr*g", i+1, i) })},
			{"sums", chain(n, func(i int) string { return fmt.Sprintf("x%d = theta*sum(x%d)", i+1, i) })},
			{"branches", chain(n, func(i int) string { return fmt.Sprintf("x%d = if x%d > lr then x%d else g", i+1, i, i) })},
		} {
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				for b.Loop() {
					rule, list := dsl.Compile("x.opt", shape.text)
					require.NotNil(b, rule, "%v", list)
					_, err := rule.Go()
					require.NoError(b, err)
					_, err = rule.Vectors()
					require.NoError(b, err)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/statement")
			})
		}
	}
}

// chain is a rule of n statements, each made of the one before.
func chain(n int, statement func(i int) string) string {
	var text strings.Builder
	text.WriteString("optimizer x\nhyper lr = 0.1 in [0, inf)\nx0 = theta + g\n")
	for i := range n - 2 {
		fmt.Fprintln(&text, statement(i))
	}
	fmt.Fprintf(&text, "theta[t+1] = theta - lr*x%d\n", n-2)
	return text.String()
}
