package syntax_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/dsl/syntax"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file of testdata.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), got, path)
}

// rulesIn reads the rules of a folder of testdata, by their names without .opt.
func rulesIn(t testing.TB, folder string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.opt"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	rules := map[string]string{}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		require.NoError(t, err)
		rules[strings.TrimSuffix(p, ".opt")] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
	return rules
}

// mustParse parses a rule that has no errors.
func mustParse(t testing.TB, text string) *syntax.File {
	t.Helper()
	f, ds := syntax.Parse("rule.opt", text)
	require.Empty(t, ds, "%s", text)
	return f
}

// tree is what a file says: the same for two files that differ only in how
// they are written.
type tree struct {
	Name, Title string
	Items       []syntax.Item
	Comments    []string // in order of the alphabet
}

func treeOf(f *syntax.File) tree {
	t := tree{Name: f.Name.Name, Title: f.Title}
	for _, it := range f.Items {
		t.Items = append(t.Items, unplaced(reflect.ValueOf(it)).Interface().(syntax.Item))
	}
	for _, c := range f.Comments {
		t.Comments = append(t.Comments, c.Text)
	}
	slices.Sort(t.Comments)
	return t
}

var spanType = reflect.TypeFor[diag.Span]()

// unplaced is a deep copy without positions.
func unplaced(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch {
	case v.Type() == spanType || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil():
	case v.Kind() == reflect.Pointer:
		out = reflect.New(v.Type().Elem())
		out.Elem().Set(unplaced(v.Elem()))
	case v.Kind() == reflect.Interface:
		out.Set(unplaced(v.Elem()))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(unplaced(v.Field(i)))
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			out = reflect.Append(out, unplaced(v.Index(i)))
		}
	default:
		out.Set(v)
	}
	return out
}

// values parses expressions as the values of a rule's statements.
func value(t testing.TB, expr string) syntax.Expr {
	t.Helper()
	f := mustParse(t, "optimizer x\na = "+expr+"\n")
	require.Len(t, f.Items, 1, expr)
	return f.Items[0].(*syntax.Assign).Value
}
