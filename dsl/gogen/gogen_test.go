package gogen_test

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
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

// What vector kernels reserve, scalar ones leave to the rule.
func TestNamesOfVectorKernels(t *testing.T) {
	source, _ := generate(t, "optimizer x\nhyper loop = 1 in (0, inf)\nhyper vec = 1 in (0, inf)\ntheta[t+1] = theta - loop*vec*g\n")
	assert.Contains(t, source, "\tloop := u.Hyper[0]\n\tvec := u.Hyper[1]\n")
}

// A package that only a comment or a title names is not imported.
func TestImports(t *testing.T) {
	source, _ := generate(t, "optimizer x \"num.\"\ntheta[t+1] = theta - g # math.\n")
	for _, path := range []string{"math", "github.com/optc-lang/optc/dsl/num"} {
		assert.NotContains(t, source, strconv.Quote(path))
	}
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

// vectors compiles a text to the file of vector kernels.
func vectors(t *testing.T, text string) string {
	rule, list := dsl.Compile("rule.opt", text)
	require.NotNil(t, rule, "%v", list)
	out, err := gogen.Vectors(&rule.Manifest, rule.Programs)
	require.NoError(t, err)
	return string(out)
}

// What a reader of vector code looks for: the scalar kernel's names and lines,
// products rounded by themselves, one formula for whole vectors and the rest.
func TestVectorsReadAsTheRule(t *testing.T) {
	source := vectors(t, `optimizer x
hyper lr = 0.1 in (0, inf)
state m
m[t] = 0.9*m[t-1] + g
theta[t+1] = if t > 10 then theta - lr*max(m, -g) else theta
`)
	for _, want := range []string{
		"//go:build goexperiment.simd && amd64\n\npackage x\n",
		"if vec.Runs(512) {\n", "abi.Vectors{Bits: 512, Kernels: []abi.Kernel{\n\t\t\t{F32: stepFloat32x16, F64: stepFloat64x8, Elementwise: true},\n",
		"if vec.Runs(256) {\n", "abi.Vectors{Bits: 256, Kernels: []abi.Kernel{\n\t\t\t{F32: stepFloat32x8, F64: stepFloat64x4, Elementwise: true},\n",
		"lrV := archsimd.BroadcastFloat32x8(lrT)\n",
		"// m[t] = 0.9*m[t-1] + g\n",
		"m := c1V.Mul(mLag1V).Add(gV)\n",
		"thetaNext := thetaV.Sub(lrV.Mul(vec.Max32x8(m, vec.Neg32x8(gV))))\n",
		"thetaBy4x8 := vec.Fours32x8(theta)\n", "gBy4x8 := vec.Fours32x8(g)[:len(thetaBy4x8)]\n",
		"for i := range thetaBy4x8 {\n", "thetaNext.Store(&thetaBy4x8[i][0])\n", "thetaNext.Store(&thetaBy4x8[i][3])\n",
		"for i := 32 * len(thetaBy4x8); i < len(theta); i += 8 { // the rest, by the same formulas\n", "thetaNext.StoreSlicePart(theta[i:])\n",
		"gV := archsimd.LoadFloat64x4(&gBy4x4[i][2])\n",
		"gBy4x16 := vec.Fours32x16(g)[:len(thetaBy4x16)]\n", "gV := archsimd.LoadFloat32x16(&gBy4x16[i][1])\n",
		"vec.Max64x8(m, vec.Neg64x8(gV))",
		"if t > 10 {\n",
	} {
		assert.Contains(t, source, want)
	}
	assert.Equal(t, 8, strings.Count(source, "archsimd.ClearAVXUpperBits()\n"), "one for each loop")
	assert.NotContains(t, source, "MulAdd")
}

// A step that outlasts the loop's own instructions is written once for whole
// vectors: with a root, a division, many operations, or four tensors.
func TestVectorsInFours(t *testing.T) {
	step := func(lines string) string {
		return vectors(t, "optimizer x\nstate m\nstate v\nm[t] = m[t-1] + g\nv[t] = v[t-1]\n"+lines)
	}
	assert.Contains(t, step("theta[t+1] = theta - m*v[t-1]\n"), "for i := range thetaBy16 {\n", "four tensors")
	for update, fours := range map[string]bool{
		"m": true, "m*m": true, "m/3": false, "sqrt(m)": false, "sqrt(2)*m": true,
		"m*m*m*m*m*m*m*m*m*m*m": true, "m*m*m*m*m*m*m*m*m*m*m*m": false,
	} {
		source := vectors(t, "optimizer x\nstate m\nm[t] = m[t-1] + g\ntheta[t+1] = theta - "+update+"\n")
		if fours {
			assert.Contains(t, source, "vec.Fours", update)
			assert.NotContains(t, source, "vec.Whole", update)
		} else {
			assert.Contains(t, source, "vec.Whole", update)
			assert.NotContains(t, source, "vec.Fours", update)
		}
	}
}

// A loop over four tensors reads them ahead where they come from memory, in
// vectors that are lines of the cache.
func TestVectorsReadAhead(t *testing.T) {
	four := vectors(t, `optimizer x
hyper vec = 0.1 in (0, inf)
state m
state v
m[t] = 0.9*m[t-1] + g
v[t] = 0.9*v[t-1] + m
theta[t+1] = theta - vec*v
`)
	assert.Contains(t, four, `
	if u.Far {
		for at := 0; at < len(thetaBy16); at += vec.Strip {
			end := min(at+vec.Strip, len(thetaBy16))
			vec.ReadAhead(at, end, vLag1By16, mLag1By16, gBy16, thetaBy16)
			loopFloat32x16(thetaBy16[at:end], gBy16[at:end], mLag1By16[at:end], vLag1By16[at:end], c1V, vecV2V)
		}
	} else {
		loopFloat32x16(thetaBy16, gBy16, mLag1By16, vLag1By16, c1V, vecV2V)
	}
`)
	assert.Contains(t, four, `
//go:noinline
func loopFloat32x16(thetaBy16, gBy16, mLag1By16, vLag1By16 [][16]float32, c1V, vecV2V archsimd.Float32x16) {
	gBy16 = gBy16[:len(thetaBy16)]
`)
	assert.Contains(t, four, "vec.ReadAhead(at, end, vLag1By8, mLag1By8, gBy8, thetaBy8)\n")
	assert.Equal(t, 2, strings.Count(four, "if u.Far {\n"), "not in vectors of 256 bits")
	assert.Contains(t, four, "vecV2 := u.Hyper[0]\n", "the rule's own")
	three := vectors(t, "optimizer x\nstate m\nm[t] = 0.9*m[t-1] + g\ntheta[t+1] = theta - m\n")
	assert.NotContains(t, three, "u.Far")
	branches := vectors(t, `optimizer x
state m
state v
m[t] = 0.9*m[t-1] + g
v[t] = if t > 2 then 0.9*v[t-1] + m else m
theta[t+1] = theta - (if t > 5 then v else if m > 0 and t > 1 then v[t-1] else g)
`)
	for _, want := range []string{"func loopFloat32x16(", "func loopFloat32x16V2(", "func loopFloat32x16V3(", "func loopFloat32x16V4(", "c1V, c2 archsimd.Float32x16, c3 archsimd.Mask32x16) {\n"} {
		assert.Contains(t, branches, want)
	}
}

// A condition on a scalar that meets one on an element becomes a mask, and a
// number that stands in a formula a vector.
func TestVectorsOfScalars(t *testing.T) {
	source := vectors(t, "optimizer x\ntheta[t+1] = if g > 0 and t > 3 then theta/2 else theta\n")
	assert.Contains(t, source, "c2 := vec.Mask32x8(t > 3)\n")
	assert.Contains(t, source, "c3 := archsimd.BroadcastFloat32x8(2)\n")
	assert.Contains(t, source, "thetaNext := thetaV.Div(c3).Merge(thetaV, gV.Greater(c1).And(c2))\n")
}

// Go makes +0 of a negative constant that float32 has not; of a variable, -0.
func TestVectorsOfNegativesThatVanish(t *testing.T) {
	source := vectors(t, "optimizer x\nstate s = -1e-60\ns[t] = s[t-1]\ntheta[t+1] = s[t]\n")
	assert.Contains(t, source, "c1 := float64(-1e-60)\n")
	assert.NotContains(t, source, "float32(float64(-1e-60))")
}

// A reduction adds in lanes, and of a rest what is there. Lanes are no wider than
// 256 bits; neither are the vectors of a variant that reduces.
func TestVectorsReduce(t *testing.T) {
	source := vectors(t, "optimizer x\ntheta[t+1] = theta - g/norm(g)*maxabs(theta)\n")
	assert.NotContains(t, source, "512")
	for _, want := range []string{
		"lanes1 = lanes1.AddSquare32x8(gV)\n", "lanes1 = lanes1.AddSquare64x4(gV, i)\n",
		"lanes1 = lanes1.AddSquare64x4(gV.Masked(vec.First64x4(end-i)), i/4)\n",
		"tree1.Add(lanes1.Sum())\n", "maxabsTheta = num.Max(lanes2.Max(), maxabsTheta)\n",
	} {
		assert.Contains(t, source, want)
	}
}

// A reduction of no tensor has no use for an index.
func TestVectorsReduceConstants(t *testing.T) {
	source := vectors(t, "optimizer x\nhyper lr = 1 in (0, inf)\nstate s\ns[t] = lr\ntheta[t+1] = theta - sum(s)*g\n")
	assert.Contains(t, source, "\t\tfor range thetaBy8 {\n")
	assert.Contains(t, source, "\t\tfor i := range thetaBy4 {\n")
}

// What has no vectors stays scalar, by itself: a variant, or a whole rule.
func TestVectorsOfSomeVariants(t *testing.T) {
	text := "optimizer x\noption smooth = off | on\ntheta[t+1] = theta - (if smooth then exp(-abs(g)) else g)\n"
	source := vectors(t, text)
	assert.Contains(t, source, "{F32: stepSmoothOffFloat32x8, F64: stepSmoothOffFloat64x4, Elementwise: true},\n\t\t\t{}, // exp, log,")
	source = vectors(t, "optimizer x\noption scale = one | norm\ntheta[t+1] = theta - (if scale = norm then g/norm(g) else g)\n")
	assert.Contains(t, source, "{F32: stepScaleOneFloat32x16, F64: stepScaleOneFloat64x8, Elementwise: true},\n\t\t\t{}, // reductions\n")
	assert.Contains(t, source, "{F32: stepScaleNormFloat32x8, F64: stepScaleNormFloat64x4},\n")
	for _, value := range []string{"exp(g)", "log(abs(g))", "abs(g)^0.3", "g*uniform()", "g*normal()"} {
		assert.Empty(t, vectors(t, "optimizer x\ntheta[t+1] = theta - "+value+"\n"), value)
	}
	assert.NotEmpty(t, vectors(t, "optimizer x\nhyper lr = 1 in (0, inf)\ntheta[t+1] = theta - exp(lr)*lr^0.3*g\n"), "scalars may")
}

// A choice may be named like a vector.
func TestVectorsOfChoicesNamedSo(t *testing.T) {
	source := vectors(t, `optimizer x
option width = float32x16_n | n | n_float32x16 | n_float32x16_choice
theta[t+1] = if width = n then theta - g else if width = n_float32x16 then theta - 2*g else if width = n_float32x16_choice then theta - 3*g else theta
`)
	count := map[string]int{}
	for _, function := range regexp.MustCompile(`func (\w+)\(u`).FindAllStringSubmatch(source, -1) {
		count[function[1]]++
	}
	assert.Len(t, count, 16)
	for name, n := range count {
		assert.Equal(t, 1, n, name)
	}
	assert.NotContains(t, count, "stepWidthNFloat32x16Float32x16")
}
