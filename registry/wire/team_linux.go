package wire

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// team is the plugin's threads that step, and where the host has them run. The host
// has nothing to do until a step is over, and its core is awake; so the first thread
// is bound to that core, and the others keep off it. By itself Linux wakes a thread
// on an idle core where there is one, and to wake a core takes 20 to 40 µs; and now
// and then it wakes two threads on one core though another is idle.
type team struct {
	threads []int // as the system numbers them; none where the plugin names none
	may     cores // that they may run on where the host does not place them
	core    int   // that the first is bound to; -1 where they run as they may
}

// newTeam is threads of a process, by their numbers; none where one of them is not
// the process's.
func newTeam(process int, threads []int) team {
	for _, thread := range threads {
		if !hasThread(process, thread) {
			return team{}
		}
	}
	return team{threads: threads, core: -1}
}

// place has the first thread run on the caller's core, and the others on any but that
// one, if that is among the cores that the user lets them have.
func (t *team) place() {
	core := thisCore()
	if len(t.threads) == 0 || core == t.core {
		return
	}
	if t.core < 0 {
		t.may = coresOf(t.threads[0])
	}
	if !t.may.IsSet(core) {
		return
	}
	t.core = core
	var here cores
	here.Set(core)
	bind(t.threads[0], &here)
	away := t.may
	away.Clear(core)
	for _, thread := range t.threads[1:] {
		bind(thread, &away)
	}
}

// release lets the threads run as they may: in a long step they are not to wait for
// a core that others want, too.
func (t *team) release() {
	if len(t.threads) == 0 || t.core < 0 {
		return
	}
	t.core = -1
	for _, thread := range t.threads {
		bind(thread, &t.may)
	}
}

// cores is a set of cores.
type cores = unix.CPUSet

// coresOf are the cores that a thread may run on; none where that can't be known.
func coresOf(thread int) (may cores) {
	_ = unix.SchedGetaffinity(thread, &may)
	return may
}

// bind has a thread run on some cores only. Where it may not, it runs where the
// system likes.
func bind(thread int, on *cores) { _ = unix.SchedSetaffinity(thread, on) }

// hasThread tells whether a process has a thread of a number.
func hasThread(process, thread int) bool {
	_, err := os.Stat(fmt.Sprintf("/proc/%d/task/%d", process, thread))
	return err == nil
}

// thisCore is the number of the core that the caller runs on.
func thisCore() int {
	var core uint32
	_, _, _ = unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&core)), 0, 0)
	return int(core)
}
