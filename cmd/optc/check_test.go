package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faulty has a name that there is not.
const faulty = `optimizer faulty "Faulty"

hyper lr = 0.1 in (0, inf) "learning rate"

theta[t+1] = theta - lrr*g
`

func TestCheck(t *testing.T) {
	place(t, "good.opt", drag(t), "bad.opt", faulty)
	good(t, "check", "good.opt")
	bad(t, exitFailed, words("check good.opt bad.opt"), "bad.opt:5:22: error[E0201]", `did you mean`, "theta[t+1] = theta - lrr*g")
	o := optcFrom(faulty, "check", "-")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.err, "E0201")
}

func TestCheckGoesOnAfterAFileThatCannotBeRead(t *testing.T) {
	place(t, "bad.opt", faulty)
	bad(t, exitFailed, words("check none.opt . bad.opt"), "the rule none.opt can't be read", "the rule . can't be read", "E0201")
}

func TestCheckJSON(t *testing.T) {
	place(t, "good.opt", drag(t), "bad.opt", faulty)
	assert.JSONEq(t, "[]", good(t, "check", "--json", "good.opt"))
	o := optc("check", "--json", "bad.opt", "none.opt", "good.opt", "bad.opt")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.err, "none.opt")
	var found []struct {
		Path, Code, Severity string
		Line, Col            int
	}
	require.NoError(t, json.Unmarshal([]byte(o.out), &found))
	require.Len(t, found, 2)
	assert.Equal(t, "bad.opt", found[0].Path)
	assert.Equal(t, "E0201", found[0].Code)
	assert.Equal(t, "error", found[0].Severity)
	assert.Equal(t, 5, found[0].Line)
	assert.Equal(t, 22, found[0].Col)
}

func TestStrangeFiles(t *testing.T) {
	place(t, "empty.opt", "", "binary.opt", "\x7fELF\x00\x01\xff\xfe", "huge.opt", strings.Repeat("# a comment\n", 200_000))
	for _, command := range []string{"check", "compile", "fmt", "info"} {
		for _, file := range []string{"empty.opt", "binary.opt", "huge.opt"} {
			bad(t, exitFailed, []string{command, file}, file+":", "error[E01")
		}
	}
}

func TestFmt(t *testing.T) {
	ugly := strings.Replace(drag(t), "beta*m[t-1] + g", "beta * m[t-1]+g", 1)
	place(t, "good.opt", drag(t), "ugly.opt", ugly, "bad.opt", "optimizer")
	assert.Equal(t, drag(t), good(t, "fmt", "ugly.opt"))
	assert.Equal(t, ugly, read(t, "ugly.opt"), "without -w the file stays")

	o := optc("fmt", "-l", "good.opt", "ugly.opt", "bad.opt", "none.opt")
	assert.Equal(t, exitFailed, o.code)
	assert.Equal(t, "ugly.opt\n", o.out)
	assert.Contains(t, o.err, "bad.opt:1:")
	assert.Contains(t, o.err, "none.opt")

	good(t, "fmt", "-w", "ugly.opt")
	assert.Equal(t, drag(t), read(t, "ugly.opt"))
	assert.Empty(t, good(t, "fmt", "-l", "good.opt", "ugly.opt"))

	math := good(t, "fmt", "--math", "good.opt")
	assert.Contains(t, math, "θₜ₊₁")
	back := optcFrom(math, "fmt")
	assert.Equal(t, drag(t), back.out, "from standard input")
}

func TestFmtLeavesAFaultyFile(t *testing.T) {
	place(t, "bad.opt", "optimizer")
	bad(t, exitFailed, words("fmt -w bad.opt"), "error[E01")
	assert.Equal(t, "optimizer", read(t, "bad.opt"))
}
