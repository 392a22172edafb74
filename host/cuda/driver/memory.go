package driver

import (
	"sync"
	"unsafe"
)

// Pointer is an address in the memory of a device; 0 is none. Addresses within an
// allocation are made by adding bytes.
type Pointer uint64

// Memory is the free and the total memory of the device, in bytes.
func (c *Context) Memory() (free, total int64, err error) {
	err = c.driver.call(cuMemGetInfo, uintptr(unsafe.Pointer(&free)), uintptr(unsafe.Pointer(&total)))
	return free, total, err
}

// Alloc allocates memory of the device, whose contents are arbitrary and whose
// address is a multiple of 256.
func (c *Context) Alloc(bytes int64) (Pointer, error) {
	var p Pointer
	err := c.driver.call(cuMemAlloc, uintptr(unsafe.Pointer(&p)), uintptr(bytes))
	return p, err
}

// Release frees what Alloc has allocated, once the work that uses it is done.
func (c *Context) Release(p Pointer) error { return c.driver.call(cuMemFree, uintptr(p)) }

// pinned is memory that a context has pinned, by its address: the driver's use of
// it does not keep it alive.
type pinned struct {
	mutex sync.Mutex
	at    map[*byte][]byte
}

// Pin keeps memory of the host in its place until Unpin. A copy from or to it
// is as fast as the bus allows, and goes on after CopyIn or CopyOut has returned.
// A system pins whole pages, and may have a limit on them. No copy is of memory of
// which a part is pinned, or that shares a page with what is.
func (c *Context) Pin(memory []byte) error {
	at := unsafe.SliceData(memory)
	const flags = 0
	if err := c.driver.call(cuMemHostRegister, uintptr(unsafe.Pointer(at)), uintptr(len(memory)), flags); err != nil {
		return err
	}
	c.pinned.mutex.Lock()
	defer c.pinned.mutex.Unlock()
	if c.pinned.at == nil {
		c.pinned.at = map[*byte][]byte{}
	}
	c.pinned.at[at] = memory
	return nil
}

// Unpin ends what Pin began with the same memory. No copy may be under way.
func (c *Context) Unpin(memory []byte) error {
	at := unsafe.SliceData(memory)
	if err := c.driver.call(cuMemHostUnregister, uintptr(unsafe.Pointer(at))); err != nil {
		return err
	}
	c.pinned.mutex.Lock()
	defer c.pinned.mutex.Unlock()
	delete(c.pinned.at, at)
	return nil
}
