package wire

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// firstExtraFile is the descriptor that exec.Cmd gives to ExtraFiles[0].
const firstExtraFile = 3

// newShared makes the shared memory for a plugin to be started as cmd in dir: a
// memfd, which leaves nothing to clean up, or a file where asked for.
func newShared(cmd *exec.Cmd, dir string, asFile bool) (*shared, error) {
	if asFile {
		return sharedFile(dir)
	}
	f, err := memfd()
	if err != nil {
		return sharedFile(dir)
	}
	cmd.ExtraFiles = []*os.File{f}
	return &shared{file: f, memory: memory{FD: firstExtraFile}}, nil
}

// memfd is an empty memory file that nobody can shrink: a plugin that did would
// kill its host. Kernels before 6.3 do not know NOEXEC.
func memfd() (*os.File, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate("optc-arena", flags|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) {
		fd, err = unix.MemfdCreate("optc-arena", flags)
	}
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), "optc-arena")
	if _, err := unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_SEAL); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// inherited is a copy of a descriptor that the process has from its start.
func inherited(fd int) (*os.File, error) {
	if fd < firstExtraFile {
		return nil, fmt.Errorf("%d is no descriptor of shared memory", fd)
	}
	own, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, firstExtraFile)
	if err != nil {
		return nil, fmt.Errorf("descriptor %d can't be used: %w", fd, err)
	}
	return os.NewFile(uintptr(own), "optc-arena"), nil
}
