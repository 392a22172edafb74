package gogen_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/gogen"
)

// generate compiles a text to Go and lists the functions.
func generate(t *testing.T, text string) (source string, functions []string) {
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v", list)
	out, err := gogen.Package(&rule.Manifest, rule.Source, rule.Programs)
	require.NoError(t, err)
	formatted, err := format.Source(out)
	require.NoError(t, err)
	assert.Equal(t, string(formatted), string(out), "it is gofmt's form")
	file, err := parser.ParseFile(token.NewFileSet(), "rule.go", out, 0)
	require.NoError(t, err)
	assert.Equal(t, gogen.PackageName(rule.Manifest.Name), file.Name.Name)
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			functions = append(functions, f.Name.Name)
		}
	}
	return string(out), functions
}

func TestPackageNames(t *testing.T) {
	for rule, want := range map[string]string{
		"pnm": "pnm", "AdaPNM": "adapnm", "my_rule": "myrule", "func": "funcrule", "main": "mainrule", "num": "numrule",
	} {
		assert.Equal(t, want, gogen.PackageName(rule))
	}
}

func TestVariantsWithOneProgramShareAKernel(t *testing.T) {
	text, err := os.ReadFile("../../plugins/radam/radam.opt")
	require.NoError(t, err)
	source, functions := generate(t, string(text))
	assert.Equal(t, []string{
		"stepFollowPaperDegenerateOn", "stepFollowCodeDegenerateOn", "stepFollowCodeDegenerateOff", "stepFollowTorchDegenerateOn",
	}, functions)
	assert.Equal(t, 2, strings.Count(source, "F32: stepFollowPaperDegenerateOn[float32]"))
}

// What a reader of the generated code looks for: the rule's names, its lines,
// and a rounding round each product that meets a sum.
func TestCodeReadsAsTheRule(t *testing.T) {
	source, functions := generate(t, `optimizer func "a name that Go reserves"
hyper range = 0.1 in (0, inf)
state m
m[t] = 0.9*m[t-1] + g
theta[t+1] = if t > 10 then theta - range*m else theta
`)
	assert.Equal(t, []string{"step"}, functions)
	for _, want := range []string{
		"package funcrule\n",
		"// m[t] = 0.9*m[t-1] + g\n",
		"m := T(c1*mLag1[i]) + g[i]\n",
		"thetaNext := theta[i] - T(rangeV2T*m)\n",
		"if t > 10 {\n",
	} {
		assert.Contains(t, source, want)
	}
	assert.Equal(t, 2, strings.Count(source, "for i := range theta {"), "a loop for each outcome of the scalar condition")
}

// A call that draws says where it stands; a name is drawn once an element.
func TestCodeDraws(t *testing.T) {
	source, _ := generate(t, "optimizer x\nz = normal()\ntheta[t+1] = theta + norm(z)*z*uniform()\n")
	assert.Contains(t, source, "z := num.Normal[T](u.Seed, u.Tensor, u.T, 0, u.First+i)\n")
	assert.Contains(t, source, "normZT*z*num.Uniform[T](u.Seed, u.Tensor, u.T, 1, u.First+i)")
	assert.Equal(t, 2, strings.Count(source, "num.Normal["), "once for the norm, once for the step")
}
