package memory_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"

	"github.com/optc-lang/optc/internal/memory"
)

func TestAvailable(t *testing.T) {
	const gib = 1 << 30
	plain := files{"proc/meminfo": "MemTotal:       8388608 kB\nMemFree:  10 kB\nMemAvailable:   4194304 kB\n"}
	two := plain.with(files{
		"proc/self/cgroup":                       "0::/user/job\n",
		"sys/fs/cgroup/user/job/memory.max":      "max\n",
		"sys/fs/cgroup/user/job/memory.current":  "1073741824\n",
		"sys/fs/cgroup/user/memory.max":          "3221225472\n",
		"sys/fs/cgroup/user/memory.current":      "2147483648\n",
		"sys/fs/cgroup/user/memory.stat":         "anon 1\ninactive_file 1073741824\n",
		"sys/fs/cgroup/neighbour/memory.max":     "1\n",
		"sys/fs/cgroup/neighbour/memory.current": "1\n",
	})
	one := plain.with(files{
		"proc/self/cgroup":                           "4:memory:/outside/the/container\n3:cpuset:/\n0::/\n",
		"sys/fs/cgroup/memory/memory.limit_in_bytes": "2147483648\n",
		"sys/fs/cgroup/memory/memory.usage_in_bytes": "1610612736\n",
	})
	for name, c := range map[string]struct {
		system files
		bytes  int
	}{
		"no groups":                    {plain, 4 * gib},
		"the group above has a limit":  {two, 2 * gib},
		"version 1":                    {one, gib / 2},
		"used beyond the limit":        {one.with(files{"sys/fs/cgroup/memory/memory.usage_in_bytes": "3221225472"}), 0},
		"a limit beyond what there is": {two.with(files{"sys/fs/cgroup/user/memory.max": "9223372036854771712"}), 4 * gib},
		"a limit alone":                {two.with(files{"proc/meminfo": ""}), 2 * gib},
	} {
		bytes, known := memory.AvailableOn(c.system.fs())
		assert.True(t, known, name)
		assert.Equal(t, c.bytes, bytes, name)
	}
	_, known := memory.AvailableOn(fstest.MapFS{})
	assert.False(t, known, "another system")
}

// files are a system's files and what they say.
type files map[string]string

func (f files) with(more files) files {
	all := files{}
	for _, some := range []files{f, more} {
		for name, text := range some {
			all[name] = text
		}
	}
	return all
}

func (f files) fs() fstest.MapFS {
	system := fstest.MapFS{}
	for name, text := range f {
		system[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return system
}
