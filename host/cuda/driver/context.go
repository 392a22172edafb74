package driver

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// Context is the use of a device by this program. Whoever opens a device shares
// the one context that it has in a program, and so its memory, with others in the
// program who use CUDA. Several goroutines may use it, each within its own Do.
type Context struct {
	driver *Driver
	device Device
	handle []uintptr // one; a slice, so that a call with it allocates none
	closed bool
	pinned pinned
}

// Open begins to use a device, by its index among Devices.
func (d *Driver) Open(index int) (*Context, error) {
	found, err := d.Device(index)
	if err != nil {
		return nil, err
	}
	device, err := d.device(index)
	if err != nil {
		return nil, err
	}
	c := &Context{driver: d, device: found, handle: make([]uintptr, 1)}
	if err := d.call(cuDevicePrimaryCtxRetain, uintptr(unsafe.Pointer(&c.handle[0])), device); err != nil {
		return nil, fmt.Errorf("GPU %d can't be opened: %w", index, err)
	}
	return c, nil
}

// Device is the device of the context.
func (c *Context) Device() Device { return c.device }

// Close ends the use of the device. When no one in the program uses it any more,
// its memory, modules and streams are gone too. No call may be under way.
func (c *Context) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	device, err := c.driver.device(c.device.Index)
	if err != nil {
		return err
	}
	return c.driver.call(cuDevicePrimaryCtxRelease, device)
}

// Do calls f on a thread on which the context is the current one. Every other
// method of the context, and of its modules, streams and graphs, belongs within
// it, except Device and Close; so f starts no goroutine that calls them, and does
// not call Do.
func (c *Context) Do(f func() error) (err error) {
	if c.closed {
		return errors.New("the GPU is closed; open it again")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := c.driver.call(cuCtxSetCurrent, c.handle...); err != nil {
		return err
	}
	defer func() {
		if failed := c.driver.call(cuCtxSetCurrent, noContext...); err == nil {
			err = failed
		}
	}()
	return f()
}

// noContext is the handle that stands for none.
var noContext = []uintptr{0}

// Blocks is how many blocks of a number of threads of a kernel the device runs at
// the same time, on all multiprocessors.
func (c *Context) Blocks(f Function, threads int) (int, error) {
	var blocks int32
	const sharedBytes = 0
	err := c.driver.call(cuOccupancyMaxActiveBlocksPerMultiprocessor, uintptr(unsafe.Pointer(&blocks)), f.handle, uintptr(threads), sharedBytes)
	return int(blocks) * c.device.Multiprocessors, err
}
