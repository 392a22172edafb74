package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
)

func TestCompileEmit(t *testing.T) {
	place(t, "drag.opt", drag(t))
	text := good(t, words("compile drag.opt --emit go")...)
	assert.Contains(t, text, "package drag")
	good(t, words("compile drag.opt --emit go -o new/folder/zdrag.go")...)
	assert.Equal(t, text, read(t, "new/folder/zdrag.go"))
	assert.Contains(t, good(t, words("compile drag.opt --emit simd")...), "archsimd.LoadFloat32x8(&thetaBy8[i])")
	assert.Contains(t, good(t, words("compile drag.opt --emit cuda")...), "\nOPTC_KERNEL drag_pull_")
	assert.Equal(t, 2, strings.Count(good(t, words("compile drag.opt --emit ir -o -")...), "program drag pull="))
	assert.ElementsMatch(t, []string{"drag.opt", "new"}, listing(t, "."), "nothing else is left")
}

func TestCompileMistakes(t *testing.T) {
	place(t, "drag.opt", drag(t), "bad.opt", faulty, "file", "",
		"noise.opt", "optimizer noise\ntheta[t+1] = theta - g*uniform()\n")
	require.NoError(t, os.Mkdir("dir", 0o755))
	for _, c := range []struct {
		code       int
		line, says string
	}{
		{exitUsage, "compile drag.opt --no-install", "--no-install leaves nothing behind without -o"},
		{exitUsage, "compile drag.opt -o -", "a plugin is not printed"},
		{exitUsage, "compile drag.opt -o drag.opt", "would overwrite the rule itself"},
		{exitUsage, "compile drag.opt --emit go -o ./drag.opt", "would overwrite the rule itself"},
		{exitFailed, "compile none.opt", "the rule none.opt can't be read"},
		{exitFailed, "compile none", "; give a rule's .opt file\n"},
		{exitFailed, "compile adam", "; give a rule's .opt file (adam comes with optc: it is compiled when it is first used, and optc info adam --source prints its text)"},
		{exitFailed, "compile dir", "the rule dir can't be read"},
		{exitFailed, "compile bad.opt", "error[E0201]"},
		{exitFailed, "compile noise.opt --emit simd", "noise has no vector kernels: each variant takes exp,"},
		{exitFailed, "compile drag.opt -o dir", "dir is a folder; give the name of a file"},
		{exitFailed, "compile drag.opt --emit go -o dir", "dir is a folder; give the name of a file"},
		{exitFailed, "compile drag.opt -o file/x", "file/x can't be written"},
		{exitFailed, "compile drag.opt --emit ir -o file/x", "file/x can't be written"},
	} {
		bad(t, c.code, words(c.line), c.says)
	}
	assert.Equal(t, drag(t), read(t, "drag.opt"))
	assert.ElementsMatch(t, []string{"drag.opt", "bad.opt", "noise.opt", "file", "dir"}, listing(t, "."))
}

func TestCompileWithoutGo(t *testing.T) {
	place(t, "drag.opt", drag(t))
	t.Setenv("PATH", t.TempDir())
	bad(t, exitFailed, words("compile drag.opt"), "Go isn't installed", "https://go.dev/dl")
	good(t, words("compile drag.opt --emit go -o x.go")...)
	good(t, words("check drag.opt")...)
}

// The whole life of a plugin that a user compiles, in a folder outside the
// checkout.
func TestCompileInstallsInAnyFolder(t *testing.T) {
	place(t, "drag.opt", drag(t), "other.opt", strings.Replace(drag(t), "0.9", "0.8", 1), "file", "",
		"draw.opt", strings.Replace(drag(t), "drag", "draw", 1),
		"run.json", `{"theta0": [1, 2], "gradients": [[1, 1]]}`)
	t.Setenv("OPTC_HOME", filepath.Join(t.TempDir(), "home"))

	o := optc("compile", "drag.opt", "-o", "drag-plugin")
	require.Zero(t, o.code, o.err)
	assert.Empty(t, o.out)
	assert.Equal(t, 1, strings.Count(o.err, "compiling"), "it is built once for both places")
	assert.Contains(t, o.err, "wrote drag-plugin\n")
	assert.Contains(t, o.err, "installed drag@1.2.0 in ")
	assert.FileExists(t, "drag-plugin")

	assert.Contains(t, good(t, words("trace drag@1.2.0 --in run.json")...), `{"theta":[[0.9,1.9]]}`)
	assert.Equal(t, drag(t), good(t, "info", "--source", "drag"))
	var all []listed
	require.NoError(t, json.Unmarshal([]byte(good(t, "list", "--json")), &all))
	found := map[string]listed{}
	for _, l := range all {
		found[l.Name] = l
	}
	assert.Equal(t, "1.2.0", found["drag"].Version)
	assert.FileExists(t, filepath.Join(found["drag"].Path, registry.Exe("drag")))
	assert.Equal(t, registry.BuiltIn, found["pnm"].Origin)

	bad(t, exitFailed, words("compile other.opt"), "drag@1.2.0 is taken by another rule", "drag.opt", "--force")
	assert.Equal(t, drag(t), good(t, "info", "--source", "drag"))
	assert.Zero(t, optc(words("compile other.opt --force")...).code)
	assert.Equal(t, read(t, "other.opt"), good(t, "info", "--source", "drag"))

	bad(t, exitFailed, words("trace dragg --in run.json"), `there is no optimizer "dragg"; did you mean "drag"?`)
	bad(t, exitFailed, words("trace drag@9.0.0 --in run.json"), "of drag there is 1.2.0")
	good(t, words("compile draw.opt")...)
	bad(t, exitFailed, words("info drag@9.0.0"), "of drag there is 1.2.0")
	bad(t, exitFailed, words("compile drag.opt --store file"), "file can't be made", "choose another")
	t.Setenv("OPTC_HOME", "file")
	bad(t, exitFailed, words("compile drag.opt"), "can't be made", "OPTC_HOME")
}

func TestRuleFileIsUsedWithoutBeingInstalled(t *testing.T) {
	place(t, "drag.opt", drag(t), "run.json", `{"theta0": [1, 2], "gradients": [[1, 1]]}`)
	assert.Contains(t, good(t, words("trace drag.opt --in run.json")...), "[0.9,1.9]")
	assert.NotContains(t, good(t, "list"), "drag")
}

func TestInfo(t *testing.T) {
	place(t, "drag.opt", drag(t))
	golden(t, "info", good(t, "info", "drag.opt"))
	golden(t, "info-json", good(t, "info", "--json", "drag.opt"))
	assert.Equal(t, good(t, "info", "pnm"), good(t, "info", "pnm@1.0.0"))
	bad(t, exitFailed, words("info xyzzy"), `there is no optimizer "xyzzy"`, "pnm", "optc compile FILE.opt adds one")
	bad(t, exitFailed, words("info adamm"), `did you mean "adam"?`)
	bad(t, exitFailed, words("info pnm@7.0.0"), "no plugin pnm@7.0.0", "optc carries pnm 1.0.0")
	bad(t, exitFailed, words("info pnm@x"), "semantic version")
	bad(t, exitFailed, words("info ../pnm"), "names no plugin; give NAME")
}

func TestList(t *testing.T) {
	text := good(t, "list")
	for _, name := range []string{"NAME", "pnm", "adapnm", "hb", "sgd", "adam", "built in"} {
		assert.Contains(t, text, name)
	}
}

// A rule that comes with optc keeps its name and version before it is first
// used too.
func TestCompileOfABuiltInsName(t *testing.T) {
	mine := filepath.Join(t.TempDir(), "mine.opt")
	text := "optimizer yogi\nversion \"1.0.0\"\nhyper lr = 1 in (0, inf)\ntheta[t+1] = theta - lr*g\n"
	require.NoError(t, os.WriteFile(mine, []byte(text), 0o644))
	bad(t, 1, []string{"compile", mine}, "yogi is the name and version 1.0.0 of a rule that comes with optc", "--force")
}
