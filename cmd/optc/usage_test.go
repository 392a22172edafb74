package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var commands = []string{"train", "bench", "compile", "check", "fmt", "explain", "list", "info", "trace", "conform", "serve", "version"}

func TestHelp(t *testing.T) {
	golden(t, "help", good(t, "--help"))
	for _, c := range commands {
		golden(t, "help-"+c, good(t, c, "--help"))
	}
}

func TestHabits(t *testing.T) {
	help := good(t, "--help")
	assert.Equal(t, help, good(t))
	assert.Equal(t, help, good(t, "help"))
	assert.Equal(t, help, good(t, "-h"))
	assert.Equal(t, good(t, "trace", "--help"), good(t, "help", "trace"))
	assert.Equal(t, good(t, "version"), good(t, "--version"))
}

func TestWrongCommandLines(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"trian pnm", `unknown command trian, did you mean "train"?`},
		{"zzz", "unknown command zzz"},
		{"help zzz", "unknown command zzz"},
		{"--plugin-dir x", "missing command, one of"},
		{"train", "missing argument <optimizer>"},
		{"train", "see optc train --help"},
		{"compile", "missing argument <file>"},
		{"check", "missing argument <file>"},
		{"info", "missing argument <optimizer>"},
		{"train --epoch=3 pnm", `unknown flag --epoch, did you mean "--epochs"?`},
		{"train pnm --steps x", `--steps must be a whole number below 2^63, not "x"`},
		{"train pnm --epochs -1", "--epochs must be from 1 to 1000000"},
		{"train pnm --steps -1", "--steps must be from 1"},
		{"train pnm --clip-norm -.5", "--clip-norm must be a positive number"},
		{"train pnm --seed -1", `--seed must be a whole number from 0 on and below 2^64, not "-1"`},
		{"train pnm --clip-norm x", `--clip-norm must be a number, not "x"`},
		{"train pnm --epochs", "--epochs needs a value\n"},
		{"train pnm --epochs --steps 3", "--epochs needs a value, and --steps comes after it\n"},
		{"train pnm --set lr -1", "-1 belongs to no flag; a value that is set is written with =, as in --set lr=-1\n"},
		{"bench pnm --time -1s", "--time must be longer than 0"},
		{"bench pnm --time x", `--time must be a time such as 500ms, 30s or 5m, not "x"`},
		{"conform pnm --limit -5m", "--limit must be a time, or 0s for no limit"},
		{"info pnm hb", "unexpected argument hb"},
		{"compile x.opt --emit wasm", `must be one of "plugin","go","simd","cuda","ir"`},
		{"trace pnm --dtype f16", `must be one of "f32","f64"`},
		{"trace pnm --engine gpu", "must be one of"},
		{"trace pnm --set", "--set"},
		{"train pnm --engine eval", "must be one of"},
	} {
		bad(t, exitUsage, words(c.line), c.says)
	}
}

// A folder of plugins that was given and is not there is told, save the one that
// a command makes.
func TestFoldersThatAreNotThere(t *testing.T) {
	place(t, "drag.opt", drag(t), "run.json", run)
	for _, line := range []string{"list", "info pnm", "trace pnm --in run.json", "serve", "compile drag.opt"} {
		bad(t, exitFailed, words("--plugin-dir none "+line), "--plugin-dir none: there is no such folder")
	}
	assert.NoDirExists(t, "none")
	t.Setenv("OPTC_PLUGIN_PATH", "nowhere")
	o := optc(words("--plugin-dir ./mine compile drag.opt --store mine")...)
	require.Zero(t, o.code, o.err)
	assert.Equal(t, 1, strings.Count(o.err, "optc: OPTC_PLUGIN_PATH has nowhere, and there is no such folder\n"), o.err)

	t.Setenv("OPTC_PLUGIN_PATH", "mine")
	o = optc(words("trace drag --in run.json")...)
	require.Zero(t, o.code, o.err)
	assert.Empty(t, o.err)
	require.NoError(t, os.WriteFile("drag.opt", []byte(drag(t)+"# edited\n"), 0o644))
	o = optc(words("trace drag --in run.json")...)
	require.Zero(t, o.code, o.err)
	assert.Regexp(t, `^optc: the plugin drag was compiled from .*drag\.opt, which has changed since; compile it again, or give the file in the name's place\n$`, o.err)
}

func TestVersion(t *testing.T) {
	assert.Regexp(t, `^optc \d+\.\d+\.\d+ \(plugin protocol \d+, go\S+, \w+/\w+\)\n$`, good(t, "version"))
	var v struct {
		Version, Go, Platform string
		Protocol              int
	}
	require.NoError(t, json.Unmarshal([]byte(good(t, "version", "--json")), &v))
	assert.NotEmpty(t, v.Version)
	assert.NotEmpty(t, v.Go)
	assert.NotEmpty(t, v.Platform)
	assert.Positive(t, v.Protocol)
}

func TestExplain(t *testing.T) {
	assert.Contains(t, good(t, "explain"), "E0101  the file is too large\n")
	one := good(t, "explain", "e0201")
	assert.Contains(t, one, "E0201: ")
	assert.Contains(t, one, "Put right:")
	bad(t, exitFailed, words("explain E0291"), "there is no code E0291", "did you mean E0201?", "optc explain lists all")
	var code struct{ Code, Title, Explain string }
	require.NoError(t, json.Unmarshal([]byte(good(t, "explain", "--json", "E0201")), &code))
	assert.Equal(t, "E0201", code.Code)
	var all []struct{ Code, Title string }
	require.NoError(t, json.Unmarshal([]byte(good(t, "explain", "--json")), &all))
	assert.Greater(t, len(all), 30)
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{
		"lr=0.1": "lr=0.1", "a b": "'a b'", "lr=cosine()": "'lr=cosine()'", "it's": `'it'\''s'`, "": "''", "$x": "'$x'", "*": "'*'",
	} {
		assert.Equal(t, want, quoted(word))
	}
}
