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
