package optc

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/optc-lang/optc"

// house lists the packages of the module from the bottom up: each imports only
// packages that stand above it here. A line that ends with /* is a family whose
// members do not import one another, except NAME/plugin its NAME.
var house = []string{
	"dsl/diag",
	"dsl/builtin",
	"dsl/num/internal/tables",
	"dsl/num",
	"dsl/num/vec",
	"registry/abi",
	"dsl/syntax",
	"dsl/check",
	"dsl/ir",
	"dsl/lower",
	"dsl/pass",
	"dsl/eval",
	"dsl/gogen",
	"dsl/cudagen",
	"dsl",
	"internal/process",
	"dsl/cudac",
	"internal/generate",
	"registry/wire/internal/testrule",
	"registry/wire",
	"plugins/*",
	"spec/rules/*",
	"spec/rules",
	"plugins",
	".",
	"dsl/build",
	"registry",
	"host/safetensors",
	"host/schedule",
	"internal/memory",
	"internal/cause",
	"host",
	"host/cuda/driver",
	"host/cuda/fakecuda",
	"host/cuda",
	"host/figure",
	"host/bench",
	"internal/ratios",
	"host/data",
	"host/problem",
	"host/train",
	"spec/mutate",
	"spec",
	"spec/fuzz",
	"cmd/optc",
	"bench/optc",
	"bench/gpu",
}

// standardOnly are the packages that a generated kernel needs: they, and it,
// import nothing from outside the module but the standard library.
var standardOnly = []string{"dsl/num", "dsl/num/vec", "registry/abi"}

func floor(pkg string) int {
	for i, p := range house {
		if p == pkg || strings.HasSuffix(p, "/*") && strings.HasPrefix(pkg, strings.TrimSuffix(p, "*")) {
			return i
		}
	}
	return -1
}

func TestImportsGoOneWay(t *testing.T) {
	for pkg, imports := range importsOf(t) {
		require.GreaterOrEqual(t, floor(pkg), 0, "%s has no place in the house; give it one in house_test.go", pkg)
		for _, imp := range imports {
			inner, ok := strings.CutPrefix(imp, module)
			if !ok {
				continue
			}
			inner = path.Clean(strings.TrimPrefix(inner, "/"))
			if floor(inner) == floor(pkg) {
				assert.Equal(t, path.Dir(pkg), inner, "%s imports its neighbour %s", pkg, inner)
				continue
			}
			assert.Less(t, floor(inner), floor(pkg), "%s imports %s, which stands above it", pkg, inner)
		}
	}
}

func TestKernelsNeedTheStandardLibraryOnly(t *testing.T) {
	for pkg, imports := range importsOf(t) {
		kernel := strings.HasPrefix(pkg, "plugins/") && path.Base(pkg) != "plugin"
		if !kernel && !slices.Contains(standardOnly, pkg) {
			continue
		}
		for _, imp := range imports {
			first, _, _ := strings.Cut(imp, "/")
			ours := slices.Contains(standardOnly, strings.TrimPrefix(imp, module+"/"))
			assert.True(t, ours || !strings.Contains(first, "."), "%s imports %s", pkg, imp)
		}
	}
}

// otherModule tells whether a folder below this one is a module of its own.
func otherModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return folder != "." && err == nil
}

// importsOf maps each package, by its folder, to what its non-test files import.
func importsOf(t *testing.T) map[string][]string {
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && file != "." || otherModule(file)) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(file))
		found[pkg] = slices.Clone(found[pkg])
		for _, imp := range parsed.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			found[pkg] = append(found[pkg], name)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}
