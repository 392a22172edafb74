package build_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/build"
)

// Vector kernels are in the program where Go is known to compile them.
func TestVectorKernels(t *testing.T) {
	p := sgd("sgd", "1.0.0")
	p.Vectors = []byte("//go:build goexperiment.simd && amd64\n\npackage sgd\n\nimport \"github.com/optc-lang/optc/registry/abi\"\n\nfunc init() { Rule.Vectors = []abi.Vectors{{Bits: 256, Kernels: Rule.Kernels}} }\n")
	main := fmt.Sprintf("package main\n\nimport a %q\n\nfunc main() { print(len(a.Rule.Vectors)) }\n", build.ImportPath("sgd"))
	kernels := func() string {
		out := filepath.Join(t.TempDir(), "program.exe")
		require.NoError(t, build.Program(t.Context(), "of vectors", []byte(main), []build.Package{p}, out))
		text, err := exec.Command(out).CombinedOutput()
		require.NoError(t, err)
		return string(text)
	}
	want := map[bool]string{true: "1", false: "0"}[runtime.GOARCH == "amd64"]
	assert.Equal(t, want, kernels())
	pretendVersion(t, "go1.99.1")
	assert.Equal(t, "0", kernels(), "another Go might have another simd/archsimd")
}

func TestProgramLinksSeveralRules(t *testing.T) {
	main := fmt.Sprintf("package main\n\nimport (\n\ta %q\n\tb %q\n)\n\nfunc main() { print(a.Rule.Manifest.Name, b.Rule.Manifest.Version) }\n",
		build.ImportPath("first"), build.ImportPath("second"))
	out := filepath.Join(t.TempDir(), "program.exe")
	packages := []build.Package{sgd("first", "1.0.0"), sgd("second", "2.0.0")}
	require.NoError(t, build.Program(t.Context(), "of two rules", []byte(main), packages, out))
	text, err := exec.Command(out).CombinedOutput()
	require.NoError(t, err)
	assert.Equal(t, "first2.0.0", string(text))

	err = build.Program(t.Context(), "of two rules", []byte("package main\n\nfunc main() { x }\n"), nil, out)
	var refused *build.CompileError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "of two rules", refused.Name)
	assert.ErrorContains(t, build.Program(t.Context(), "x", nil, []build.Package{sgd("1", "1.0.0")}, out), `"1" is no name`)
}
