package driver

import (
	"fmt"
	"math"
	"time"
	"unsafe"
)

// Stream is work for a device, done in the order in which it was given. One
// goroutine at a time may use a stream.
type Stream struct {
	driver    *Driver
	handle    uintptr
	arguments [11]uintptr    // of the call under way, as many as cuLaunchKernel has
	memory    unsafe.Pointer // of the host, that the call uses; keeps it alive
}

// NewStream makes a stream of the context.
func (c *Context) NewStream() (*Stream, error) {
	s := &Stream{driver: c.driver}
	const nonBlocking = 1 // for the default stream, which others in the program may use
	if err := c.driver.call(cuStreamCreate, uintptr(unsafe.Pointer(&s.handle)), nonBlocking); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends the stream; work that is under way is still done.
func (s *Stream) Close() error { return s.driver.call(cuStreamDestroy, s.handle) }

// Wait waits until the stream's work is done.
func (s *Stream) Wait() error { return s.call(cuStreamSynchronize, s.handle) }

// CopyIn copies from the host to the device. It returns when from may be changed,
// except where it lies in pinned memory: that belongs to the copy until Wait
// returns.
func (s *Stream) CopyIn(to Pointer, from []byte) error {
	if len(from) == 0 {
		return nil
	}
	s.memory = unsafe.Pointer(&from[0])
	return s.call(cuMemcpyHtoDAsync, uintptr(to), uintptr(s.memory), uintptr(len(from)), s.handle)
}

// CopyOut copies from the device to the host. It returns when the stream's work
// so far and the copy are done, except where to lies in pinned memory: that
// belongs to the copy until Wait returns.
func (s *Stream) CopyOut(to []byte, from Pointer) error {
	if len(to) == 0 {
		return nil
	}
	s.memory = unsafe.Pointer(&to[0])
	return s.call(cuMemcpyDtoHAsync, uintptr(s.memory), uintptr(from), uintptr(len(to)), s.handle)
}

// Copy copies between memory of the device that does not overlap.
func (s *Stream) Copy(to, from Pointer, bytes int64) error {
	return s.call(cuMemcpyDtoDAsync, uintptr(to), uintptr(from), uintptr(bytes), s.handle)
}

// Launch runs a kernel that has one argument, a struct by value, of which argument
// is the bytes, all of them. Launch copies it. The grid has up to 2^31-1 blocks,
// and a block up to 1024 threads, or fewer where the kernel is bound to.
func (s *Stream) Launch(f Function, grid, threads int, argument []byte) error {
	if grid < 1 || grid > math.MaxInt32 || threads < 1 || threads > 1024 {
		return fmt.Errorf("the kernel %s can't run %d blocks of %d threads; 1 to 2147483647 blocks of 1 to 1024 threads can", f.name, grid, threads)
	}
	s.memory = unsafe.Pointer(unsafe.SliceData(argument))
	addresses := uintptr(unsafe.Pointer(&s.memory)) // of the arguments: an array of one
	const one, sharedBytes, extra = 1, 0, 0
	err := s.call(cuLaunchKernel, f.handle, uintptr(grid), one, one, uintptr(threads), one, one, sharedBytes, s.handle, addresses, extra)
	if err != nil {
		return fmt.Errorf("the kernel %s can't be launched: %w", f.name, err)
	}
	return nil
}

// call is Driver.call without an allocation. The one address of Go memory that it
// may be given is that of s.memory, or in it.
func (s *Stream) call(f function, arguments ...uintptr) error {
	n := copy(s.arguments[:], arguments)
	err := s.driver.call(f, s.arguments[:n]...)
	s.memory = nil
	return err
}

// Time is how long the device takes for the work that f gives to the stream. It
// waits for the stream.
func (s *Stream) Time(f func() error) (time.Duration, error) {
	var events [2]uintptr
	for i := range events {
		const flags = 0
		if err := s.driver.call(cuEventCreate, uintptr(unsafe.Pointer(&events[i])), flags); err != nil {
			return 0, err
		}
		defer s.driver.call(cuEventDestroy, events[i])
	}
	if err := s.driver.call(cuEventRecord, events[0], s.handle); err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	if err := s.driver.call(cuEventRecord, events[1], s.handle); err != nil {
		return 0, err
	}
	if err := s.driver.call(cuEventSynchronize, events[1]); err != nil {
		return 0, err
	}
	var milliseconds float32
	err := s.driver.call(cuEventElapsedTime, uintptr(unsafe.Pointer(&milliseconds)), events[0], events[1])
	return time.Duration(float64(milliseconds) * float64(time.Millisecond)), err
}
