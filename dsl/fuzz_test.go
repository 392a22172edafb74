package dsl_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/registry/abi"
)

// corpus is the text of every rule of the repository.
func corpus(t testing.TB) map[string]string {
	texts := map[string]string{}
	for _, pattern := range []string{"../plugins/*/*.opt", "../spec/rules/*/*.opt"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			texts[filepath.Base(file)] = string(text)
		}
	}
	require.NotEmpty(t, texts)
	return texts
}

// packages imports what generated code imports, from source, once.
var packages = struct {
	sync.Mutex
	fset *token.FileSet
	types.Importer
}{fset: token.NewFileSet()}

// typeCheck reports why Go would refuse a generated file.
func typeCheck(source []byte) error {
	packages.Lock()
	defer packages.Unlock()
	if packages.Importer == nil {
		packages.Importer = importer.ForCompiler(packages.fset, "source", nil)
	}
	fset := packages.fset
	file, err := parser.ParseFile(fset, "rule.go", source, 0)
	if err != nil {
		return err
	}
	_, err = (&types.Config{Importer: packages.Importer}).Check("rule", fset, []*ast.File{file}, nil)
	return err
}

// mustCompile compiles a text by every engine that needs no Go tool: where the
// checker finds no error, the generated Go is Go, and the oracle takes a step.
func mustCompile(t *testing.T, text string) {
	rule, list := dsl.Compile("rule.opt", text)
	if rule == nil {
		require.True(t, list.HasErrors(), "no rule, and no error that says why")
		return
	}
	require.NoError(t, rule.Manifest.Validate())
	source, err := rule.Go()
	require.NoError(t, err)
	require.NoError(t, typeCheck(source), "%s", source)
	for i, p := range rule.Programs {
		k := eval.Kernel(p)
		for step := range int64(2) {
			stepOnce(t, k.F32, &rule.Manifest, i, step+1)
			stepOnce(t, k.F64, &rule.Manifest, i, step+1)
		}
	}
}

func stepOnce[T abi.Float](t *testing.T, kernel func(*abi.Update[T]), m *abi.Manifest, variant int, step int64) {
	u := &abi.Update[T]{Hyper: m.Defaults(), T: step, Theta: []T{1, -2, 0}, Grad: []T{0.5, 3, -1}}
	for range m.Variants[variant].Buffers() {
		u.State = append(u.State, make([]T, 3))
	}
	kernel(u)
	assert.Equal(t, []T{0.5, 3, -1}, u.Grad, "gradients are never written")
}

func TestEveryRuleCompiles(t *testing.T) {
	for name, text := range corpus(t) {
		t.Run(name, func(t *testing.T) {
			rule, list := dsl.Compile(name, text)
			require.NotNil(t, rule, "%v", list)
			assert.Empty(t, list)
			mustCompile(t, text)
		})
	}
}

// A type check that finds nothing would let all pass.
func TestTypeCheckFindsWhatGoRefuses(t *testing.T) {
	assert.NoError(t, typeCheck([]byte("package p\nfunc f() { x := 1; _ = x }")))
	assert.ErrorContains(t, typeCheck([]byte("package p\nfunc f() { x := 1 }")), "declared and not used")
	assert.ErrorContains(t, typeCheck([]byte("package p\nimport \"github.com/optc-lang/optc/dsl/num\"\nvar x = num.Sqrt(\"a\")")), "string")
}

// FuzzCompile is the whole pipeline: nothing panics, and what the checker lets
// through becomes Go and a step.
func FuzzCompile(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text)
	}
	f.Fuzz(mustCompile)
}
