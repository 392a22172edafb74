package driver

import "unsafe"

// Graph is work that was captured, to be launched at once and again and again. It
// has the arguments of the kernels as they were captured, and the addresses of
// memory: what lies there may change from launch to launch.
type Graph struct {
	driver *Driver
	handle uintptr
}

// Capture makes a graph of the work that f gives to the stream, which is not
// done. f calls nothing that waits, allocates or frees; memory of the host that
// it copies from or to is pinned, and stays so until the graph is closed.
func (s *Stream) Capture(f func() error) (*Graph, error) {
	const threadLocal = 1 // other threads may meanwhile do what f may not
	if err := s.driver.call(cuStreamBeginCapture, s.handle, threadLocal); err != nil {
		return nil, err
	}
	failed := f()
	var captured uintptr
	err := s.driver.call(cuStreamEndCapture, s.handle, uintptr(unsafe.Pointer(&captured)))
	if captured != 0 {
		defer s.driver.call(cuGraphDestroy, captured)
	}
	if failed != nil {
		return nil, failed
	}
	if err != nil {
		return nil, err
	}
	g := &Graph{driver: s.driver}
	const flags = 0
	if err := s.driver.call(cuGraphInstantiate, uintptr(unsafe.Pointer(&g.handle)), captured, flags); err != nil {
		return nil, err
	}
	return g, nil
}

// Launch gives the graph's work to a stream.
func (g *Graph) Launch(s *Stream) error { return s.call(cuGraphLaunch, g.handle, s.handle) }

// Close frees the graph, once its work is done.
func (g *Graph) Close() error { return g.driver.call(cuGraphExecDestroy, g.handle) }
