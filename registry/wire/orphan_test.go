package wire_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/wire"
)

// hosts are programs that start the plugin of their argument.
var hosts = map[string]func(){
	"host": func() {
		c, err := wire.Launch(os.Args[1])
		say(err)
		fmt.Println(c.PID())
		select {}
	},
	// A host that dies before it has connected.
	"early": func() {
		cmd := exec.Command(os.Args[1])
		cmd.Env = []string{"OPTC_PLUGIN=optimizer"}
		out, err := cmd.StdoutPipe()
		say(err)
		say(cmd.Start())
		_, err = bufio.NewReader(out).ReadString('\n') // it listens
		say(err)
		fmt.Println(cmd.Process.Pid)
		select {}
	},
	"calm": func() {
		c, err := wire.Launch(os.Args[1])
		say(err)
		say(c.Close())
	},
}

func say(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// TestNoOrphan kills a host, before and after it has connected: its plugin
// ends, and takes the run's directory with it.
func TestNoOrphan(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("whether a process of another parent lives is not asked for on Windows")
	}
	for _, name := range []string{"host", "early"} {
		dir := shortTempDir(t)
		cmd := exec.Command(program(t, name), program(t, "testsgd"))
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		require.NoError(t, err, line)
		require.False(t, gone(pid))
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		require.Eventually(t, func() bool { return gone(pid) }, time.Minute, 20*time.Millisecond)
		assert.Empty(t, glob(t, dir, "optc-*"))
	}
}

// gone reports that a process has ended, whether or not anyone has waited for
// it.
func gone(pid int) bool {
	if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil {
		return bytes.Contains(stat, []byte(") Z "))
	}
	p, err := os.FindProcess(pid)
	return err != nil || p.Signal(syscall.Signal(0)) != nil
}

// TestInterruptIsIgnored: a terminal sends it to host and plugin alike.
func TestInterruptIsIgnored(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no SIGINT for a single process")
	}
	c, _ := trapped(t, 0)
	p, err := os.FindProcess(c.PID())
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, p.Signal(os.Interrupt))
		require.NoError(t, c.Step())
	}
}

// TestQuiet: a run writes nothing to the user's terminal, but for OPTC_DEBUG.
func TestQuiet(t *testing.T) {
	for _, debug := range []string{"", "1"} {
		cmd := exec.Command(program(t, "calm"), program(t, "testsgd"))
		cmd.Env = append(os.Environ(), "OPTC_DEBUG="+debug)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		assert.Equal(t, debug != "", len(out) > 0, "%s", out)
	}
}
