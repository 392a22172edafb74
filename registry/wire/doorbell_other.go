//go:build !linux

package wire

import "time"

// hasFutex is whether this system has the calls that a doorbell needs.
const hasFutex = false

const forever time.Duration = 0

func futexWait(*uint32, uint32, time.Duration) {}
func futexWake(*uint32)                        {}
