// Package memory tells how much memory there is left. Go ends a program that
// gets none, so what takes much asks before.
package memory

import (
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// Available is the bytes of memory that this process can still get, where the
// system says so, which is Linux: what there is without swapping, or what the
// limit of a control group leaves, if that is less.
func Available() (bytes int, known bool) { return available(os.DirFS("/")) }

func available(system fs.FS) (bytes int, known bool) {
	kib, known := number(system, "proc/meminfo", "MemAvailable:")
	bytes = kib << 10
	for _, v := range groupVersions {
		for _, group := range v.groups(system) {
			if room, limited := v.room(system, group); limited && (!known || room < bytes) {
				bytes, known = room, true
			}
		}
	}
	return bytes, known
}

// groupVersion is one of the two forms of control groups.
type groupVersion struct {
	controller   string // as /proc/self/cgroup names it
	root         string
	limit, usage string // files of a group's folder
	cache        string // the entry of memory.stat for pages of files, which give way
}

var groupVersions = []groupVersion{
	{"", "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file "},
	{"memory", "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "},
}

// groups are the folders of this process's group and of those above it. In a
// container, the upper ones alone may be there.
func (v groupVersion) groups(system fs.FS) (folders []string) {
	text, _ := fs.ReadFile(system, "proc/self/cgroup")
	for line := range strings.Lines(string(text)) {
		part := strings.SplitN(strings.TrimSpace(line), ":", 3) // a number, controllers, the group
		if len(part) < 3 || part[1] != v.controller {
			continue
		}
		for group := path.Join("/", part[2]); group != "/"; group = path.Dir(group) {
			folders = append(folders, path.Join(v.root, group))
		}
		folders = append(folders, v.root)
	}
	return folders
}

// room is what a group's limit leaves, if it has one.
func (v groupVersion) room(system fs.FS, group string) (bytes int, limited bool) {
	limit, limited := number(system, path.Join(group, v.limit), "")
	used, known := number(system, path.Join(group, v.usage), "")
	cache, _ := number(system, path.Join(group, "memory.stat"), v.cache)
	return max(limit-max(used-cache, 0), 0), limited && known
}

// number is the one behind a key at the begin of a line of a file.
func number(system fs.FS, file, key string) (n int, there bool) {
	text, _ := fs.ReadFile(system, file)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, key); ok {
			value, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			n, err := strconv.Atoi(value)
			return n, err == nil
		}
	}
	return 0, false
}
