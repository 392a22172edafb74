package wire

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hasFutex is whether this system has the calls that a doorbell needs.
const hasFutex = true

// forever is a wait without a limit.
const forever time.Duration = 0

// The operations, as linux/futex.h numbers them. They are the ones that work
// between processes.
const (
	opWait = 0
	opWake = 1
)

// futexWait sleeps until a word is woken, if it still has the value, and at most
// for a time. It may return earlier: who waits looks at the word again.
func futexWait(word *uint32, value uint32, limit time.Duration) {
	var until *unix.Timespec
	if limit != forever {
		t := unix.NsecToTimespec(int64(limit))
		until = &t
	}
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWait, uintptr(value), uintptr(unsafe.Pointer(until)), 0, 0)
}

// futexWake wakes who sleeps on a word. It never blocks, so the scheduler need
// not hear of it.
func futexWake(word *uint32) {
	_, _, _ = unix.RawSyscall(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWake, 1)
}
