//go:build unix

package main

import (
	"io"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is no ordinary file, such as /dev/null, must never be replaced by one.
func TestPipeIsWrittenIntoAndNotReplaced(t *testing.T) {
	place(t, "run.json", `{"theta0": [1], "gradients": [[1]]}`)
	require.NoError(t, syscall.Mkfifo("pipe", 0o600))
	got := make(chan string)
	go func() {
		f, err := os.Open("pipe")
		if err != nil {
			got <- err.Error()
			return
		}
		text, _ := io.ReadAll(f)
		got <- string(text)
	}()
	good(t, words("trace sgd --engine go --in run.json --out pipe")...)
	assert.Contains(t, <-got, `{"theta":[[`)
	for _, line := range []string{
		"compile rule.opt -o pipe", "train sgd --engine go --jsonl pipe", "train sgd --engine go --csv pipe",
	} {
		bad(t, exitFailed, words(line), "pipe is a device or a pipe; give the name of a file")
	}
	info, err := os.Lstat("pipe")
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeNamedPipe)
}
