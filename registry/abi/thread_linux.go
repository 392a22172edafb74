package abi

import (
	"os"
	"syscall"
)

// newCall is an eventfd: a read sleeps until there was a write. A pipe would tell
// Linux that who writes goes to sleep, and where no core is idle Linux puts who
// wakes on the core of who writes.
func newCall() (read, write *os.File, err error) {
	const initial, flags = 0, syscall.O_CLOEXEC | syscall.O_NONBLOCK // EFD_CLOEXEC and EFD_NONBLOCK are these
	fd, _, code := syscall.RawSyscall(syscall.SYS_EVENTFD2, initial, flags, 0)
	if code != 0 {
		return nil, nil, os.NewSyscallError("eventfd2", code)
	}
	f := os.NewFile(fd, "call")
	return f, f, nil
}

// GiveWay lets another thread have the core, if one waits for it.
func GiveWay() { _, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) }
