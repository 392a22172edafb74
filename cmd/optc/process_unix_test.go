//go:build unix

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// theProgram builds the real program.
func theProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "optc")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = here
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	return program
}

// The program as a user meets it: Ctrl-C goes to its process group, the
// checkpoint is there, and the command line that it prints finishes the run.
func TestProcess(t *testing.T) {
	program := theProgram(t)
	dir := place(t)
	t.Run("Ctrl-C and resume", func(t *testing.T) { ctrlC(t, program, dir) })
	t.Run("a reader that has enough", func(t *testing.T) { enough(t, program) })
}

func ctrlC(t *testing.T, program, dir string) {
	cmd := exec.Command(program, "train", "pnm", "--data", "idx:"+dots, "--batch", "8", "--epochs", "100000")
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout = &out
	talk, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(talk)
	for told := 0; told < 2; {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		told += strings.Count(line, "  epoch ")
	}
	require.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGINT), "a terminal sends it to the whole group")
	rest, err := io.ReadAll(lines)
	require.NoError(t, err)
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	assert.Equal(t, exitInterrupted, exit.ExitCode(), string(rest))
	assert.Contains(t, out.String(), "optimizer ", "the table of what there is")

	_, command, ok := strings.Cut(string(rest), "to go on: optc ")
	require.True(t, ok, string(rest))
	var done int
	_, count, _ := strings.Cut(string(rest), "stopped after ")
	_, err = fmt.Sscan(count, &done)
	require.NoError(t, err, string(rest))
	args := append(words(command), "--steps", strconv.Itoa(done+5)) // sooner than planned
	cmd = exec.Command(program, args...)
	cmd.Dir = dir
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	assert.Contains(t, string(text), "resumed after step")
	assert.Contains(t, string(text), "final accuracy")
}

func enough(t *testing.T, program string) {
	cmd := exec.Command(program, "explain")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, out.Close(), "before anything is read")
	require.NoError(t, cmd.Start())
	_ = cmd.Wait() // ended by the signal, as a shell expects
	assert.Empty(t, errs.String())
}
