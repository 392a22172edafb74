//go:build !linux

package abi

import "os"

// newBell is a pipe.
func newBell() (bell, ring *os.File, err error) { return os.Pipe() }
