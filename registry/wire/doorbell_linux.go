package wire

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hasFutex is whether this system has the calls that a doorbell needs.
const hasFutex = true

// The operations, as linux/futex.h numbers them. They are the ones that work
// between processes.
const (
	opWaitFor = 0  // FUTEX_WAIT, whose limit is a duration
	opWait    = 9  // FUTEX_WAIT_BITSET
	opWake    = 10 // FUTEX_WAKE_BITSET
)

// futexWait sleeps until a word is woken by one of the bits, if it still has the
// value. It may return earlier: who waits looks at the word again.
func futexWait(word *uint32, value, bits uint32) {
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWait, uintptr(value), 0, 0, uintptr(bits))
}

// futexWaitFor is futexWait for any bits, and for a limited time.
func futexWaitFor(word *uint32, value uint32, limit time.Duration) {
	t := unix.NsecToTimespec(int64(limit))
	_, _, _ = unix.Syscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWaitFor, uintptr(value), uintptr(unsafe.Pointer(&t)), 0, 0)
}

// futexWake wakes all who sleep on a word and wait for one of the bits. It never
// blocks, so the scheduler need not hear of it.
func futexWake(word *uint32, bits uint32) {
	const all = 1<<31 - 1
	_, _, _ = unix.RawSyscall6(unix.SYS_FUTEX, uintptr(unsafe.Pointer(word)), opWake, all, 0, 0, uintptr(bits))
}

// thisThread is the number of the calling thread.
func thisThread() int { return unix.Gettid() }
