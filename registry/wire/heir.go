package wire

// heir is the plugin's thread that takes the host's core. The host has nothing to do
// until a step is over, and its core is awake. By itself Linux wakes a thread on an
// idle core where there is one, and to wake a core takes 20 to 40 µs.
type heir struct {
	thread int   // as the system numbers it; 0 where there is none
	core   int   // that it is bound to; -1 for none
	one    cores // that core
	may    cores // those that it may run on otherwise
}

// newHeir is the thread of a number, or none where its cores can't be known.
func newHeir(thread int) heir {
	if may, known := coresOf(thread); thread != 0 && known {
		return heir{thread: thread, core: -1, may: may}
	}
	return heir{}
}

// bind binds the heir to a core.
func (h *heir) bind(core int) {
	if h.thread == 0 || core == h.core {
		return
	}
	h.core = core
	h.one.Zero()
	h.one.Set(core)
	bind(h.thread, &h.one)
}

// release lets the heir run where it may: in a long step it is not to wait for a
// core that others want, too.
func (h *heir) release() {
	if h.thread == 0 || h.core < 0 {
		return
	}
	h.core = -1
	bind(h.thread, &h.may)
}

// aside keeps a thread off the host's core, where the heir works. Linux now and
// then wakes two threads on one core, though another is idle.
type aside struct {
	may  cores  // that the thread may run on
	core uint32 // that it is kept off, counted from 1; 0 for none
}

// newAside is for the calling thread.
func newAside() aside {
	may, _ := coresOf(0)
	return aside{may: may}
}

// keepOff keeps the calling thread off a core.
func (a *aside) keepOff(core uint32) {
	if core == a.core {
		return
	}
	a.core = core
	on := a.may
	on.Clear(int(core) - 1)
	bind(0, &on)
}
