package build_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/build"
)

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
