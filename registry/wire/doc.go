// Package wire is how a host and an optimizer plugin talk.
//
// A plugin is a program that serves a few calls by gRPC, started and found by
// the rules of hashicorp/go-plugin. The host launches it, asks what it is
// (Describe), gives it the arena of shared memory in which parameters,
// gradients and states lie (Attach), and has it step: by a doorbell in the arena
// on Linux, and by a call (Step) elsewhere. Tensors never travel by gRPC.
//
// # The wire format
//
// What follows is all that a plugin in another language has to do.
//
// Start. The host runs the plugin's program without arguments, in an
// environment that holds OPTC_PLUGIN=optimizer (without it, a plugin prints
// what it is and exits with status 1), PLUGIN_UNIX_SOCKET_DIR, the run's
// private directory, and little else; GOMAXPROCS, where it is set, is how many
// threads may share a step. The plugin listens on a Unix socket in that
// directory, of a name that begins with "plugin" (on Windows, on a port of
// 127.0.0.1 from PLUGIN_MIN_PORT to PLUGIN_MAX_PORT), and prints one line on
// its standard output within ten seconds:
//
//	1|PROTOCOL|unix|/path/of/socket|grpc|
//
// PROTOCOL is [abi.Protocol], in decimal; "tcp|127.0.0.1:PORT" takes the place
// of the socket on Windows. From then on standard output is not read, and
// standard error is for the plugin's last words, which the host shows if it
// dies. It serves the gRPC health check for the service "plugin", and
// plugin.GRPCController/Shutdown, on which it ends, as go-plugin's guide for
// plugins in other languages says; go-plugin's broker and stdio services need
// not be there. There is no TLS: the socket is in a directory that only its user
// can enter, and go-plugin's AutoMTLS, which makes two certificates for each run,
// takes a start from 4 to 32 ms. (On Windows, where the socket is a local port,
// other users of the same machine could reach the plugin while it runs. They
// would see its manifest and could have it step; the tensors are not on the wire.)
//
// Calls. The service is optc.v1.Optimizer; all its calls are unary, and their
// messages are google.protobuf.Empty and google.protobuf.BytesValue.
//
//	Describe(Empty) BytesValue      the manifest as JSON, at most 1 MiB: abi.Manifest
//	Attach(BytesValue) BytesValue   the arena, as the JSON below; the plugin maps it
//	Step(Empty) Empty               one step of every tensor of an arena without a doorbell
//	Failure(Empty) Empty            the error of the last step by doorbell that failed
//	Detach(Empty) Empty             unmap the arena; no error where there is none
//	CUDA(Empty) BytesValue          kernels for GPUs, at most 256 MiB: abi.CUDA, as JSON
//	                                and compressed by gzip;
//	                                called only where the manifest's targets have "cuda"
//
// The request of Attach is a layout, where the memory is, and whether the host
// can ring the doorbell:
//
//	{"layout": {"protocol":1, "digest":"sha256:…", "variant":0, "dtype":"f32",
//	            "hypers":2, "buffers":1, "groups":1, "lens":[10,3], "group":[0,0],
//	            "seed":0},
//	 "memory": {"fd":3}, "doorbell":true}
//
// "seed" is that of the run's random numbers, an integer below 2^64: more than a
// JSON reader keeps that makes float64 of every number. The answer is
// {"doorbell":true, "threads":[TID, …]} where the host can ring and the plugin will
// answer; it may be without bytes else. The threads are those of the plugin that
// step, numbered as by gettid(2) where the host is, and may be left out. The host
// binds the first to the core on which it rings, since it has nothing to do there
// until the step is over, and keeps the others off that core, unless the user keeps
// them from it. In a step that lasts, and before Detach, all have the cores back that
// the first had.
//
// "memory" is either {"fd":N}, a file descriptor that the plugin has from its
// start, or {"path":"…"}, a file in the run's private directory. The plugin
// maps the first bytes of it, shared, for reading and writing; there may be
// more bytes than the arena has. It must refuse a layout that does not fit its
// rule, and keeps then the arena that it has. A second Attach takes the place of
// the first.
//
// An error is a gRPC status whose message is a sentence for the user:
// INVALID_ARGUMENT where an arena is refused, FAILED_PRECONDITION for a Step
// without an arena, or of one that has a doorbell, INTERNAL where a kernel failed and the parameters may be
// half a step on. Any other status is taken as the plugin's death.
//
// Arena. All numbers are little-endian. Let E be the size of a value (4 or 8),
// up(x, n) the least multiple of n that is not below x, and span(i) =
// up(lens[i]·E, 64). Then, in bytes from the start:
//
//	0       "optcare1", the protocol as uint64, the arena's size as uint64
//	24      the doorbell: ring and answer, a uint32 each; nothing from 32 to 64
//	64      hypers: float64, group after group, each in the manifest's order
//	S       steps: one int64 a tensor, S = 64 + 8·groups·hypers
//	F       F = up(S + 8·len(lens), 4096): the first region, θ
//	F + r·D region r: 1 is g, from 2 on the state buffers; D = up(Σ span, 4096) + 4096 + 320
//	size    up(F + (2 + buffers)·D, 4096)
//
// In each region tensor i is at the sum of the spans of those before it. A step
// leaves alone the tensors whose step number is 0, takes hyperparameters of
// a tensor's group, and writes θ and the states of the others.
//
// Doorbell. Where host and plugin have agreed on it, no step is a call. Two words
// of the arena take its place, which are zero at first and are read and written
// atomically:
//
//	ring    written by the host: the number of the step that it asks for
//	answer  written by the plugin: the number of the last step that is done;
//	        bit 31 is set where it failed
//
// Steps are counted from 1 after each Attach, modulo 2^31. To ask, the host
// writes ring, wakes it, and waits on answer. The plugin waits on ring while that
// is equal to answer without its bit 31; where it is not, it performs the step,
// writes answer and wakes it. To wait is futex(2)'s FUTEX_WAIT, to wake its
// FUTEX_WAKE, both without FUTEX_PRIVATE_FLAG, since the two are processes; the
// wait may end without cause. All threads of a plugin that share a step may wait
// on ring. The host wakes all, the first of those that the plugin named last: it
// wakes who waits for one of the bits from 1 to 31, and then who waits for bit 0, as
// FUTEX_WAIT_BITSET and FUTEX_WAKE_BITSET take them; the first waits for bit 0 alone,
// and the others for the rest. FUTEX_WAIT waits for any. After a failed step the host
// calls Failure, whose error is the one that Step would have had, and rings again
// when it wants. An answer of any other number is an error of the plugin. A host that
// waits looks whether the process lives, so a plugin that dies need not answer. Bit
// 31 of ring is the plugin's own: a host never sets it, and a plugin that is to Detach
// may, and wake ring, to end its wait before it unmaps the arena.
//
// End. A plugin ends when its last connection does, when its parent process is
// another than at the start, or when no host has come within a minute; it
// ignores SIGINT, which a terminal sends to host and plugin alike.
//
// # Environment
//
// OPTC_SHARED=file in the host's environment has the arena in a file of the
// run's directory on Linux too, where it is a memfd else. OPTC_DEBUG, if not
// empty, has host and plugin log what they do to standard error.
package wire
