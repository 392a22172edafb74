//go:build unix

package build_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func makePipe(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o600)) }

// pretendToCompile starts a second process, leaves a temporary file as Go does,
// says by a byte in the pipe that it lives, and waits for its end, which only a kill brings.
func pretendToCompile() {
	pipe, err := os.OpenFile(os.Getenv("OPTC_TEST_ALIVE"), os.O_WRONLY, 0)
	if err != nil {
		os.Exit(1)
	}
	if os.Getenv("OPTC_TEST_CHILD") == "" {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "OPTC_TEST_CHILD=1")
		if child.Start() != nil {
			os.Exit(1)
		}
	}
	if _, err := os.CreateTemp(os.Getenv("GOTMPDIR"), "compiling"); err != nil {
		os.Exit(1)
	}
	_, _ = pipe.Write([]byte{'!'})
	silent, mute, err := os.Pipe()
	if err != nil {
		os.Exit(1)
	}
	_, _ = silent.Read(make([]byte, 1))
	_ = mute.Close()
}
