//go:build !linux

package wire

import "time"

// hasFutex is whether this system has the calls that a doorbell needs.
const hasFutex = false

func futexWait(*uint32, uint32, uint32)           {}
func futexWaitFor(*uint32, uint32, time.Duration) {}
func futexWake(*uint32, uint32)                   {}

// cores is a set of cores.
type cores struct{}

func (*cores) Set(int)                   {}
func (*cores) Clear(int)                 {}
func coresOf(int) (may cores)            { return }
func (*cores) IsSet(int) bool            { return false }
func bind(int, *cores)                   {}
func hasThread(process, thread int) bool { return false }
func thisThread() int                    { return 0 }
func thisCore() int                      { return 0 }
