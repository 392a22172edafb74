package abi

import (
	"os"
	"strconv"
	"strings"
	"sync"
)

// lastCache is the size in bytes of the last-level cache that the first core uses,
// as Linux reports it, or else 32 MiB.
var lastCache = sync.OnceValue(func() int {
	text, _ := os.ReadFile("/sys/devices/system/cpu/cpu0/cache/index3/size")
	kib, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(string(text)), "K"), 10, 31)
	if err != nil || kib == 0 {
		return 32 << 20
	}
	return int(kib) << 10
})
