//go:build !linux

package abi

import (
	"os"
	"runtime"
)

// newCall is a pipe: a read sleeps until there was a write.
func newCall() (read, write *os.File, err error) { return os.Pipe() }

// GiveWay lets another goroutine have the processor, if one waits for it.
func GiveWay() { runtime.Gosched() }
