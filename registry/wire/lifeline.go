package wire

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// runDirPrefix begins the name of each run's private directory.
const runDirPrefix = "optc-"

// lifeline ends the plugin's process when its host is gone: when the last
// connection has ended, when the parent process is another, or when no host has
// come. The kernel closes a dead process's connections, so the first comes at
// once, however the host died; the others are for a host that died before it
// had connected.
//
// Linux could kill the plugin with its parent (Pdeathsig), but that goes by the
// thread that started it, which a Go program does not hold for ever, and it
// would leave the run's directory behind.
type lifeline struct {
	credentials.TransportCredentials
	dir   string
	conns atomic.Int64 // that are open now
	had   atomic.Bool  // a connection
}

func newLifeline(dir string) *lifeline {
	l := &lifeline{TransportCredentials: insecure.NewCredentials(), dir: dir}
	time.AfterFunc(time.Minute, func() {
		if !l.had.Load() {
			l.end()
		}
	})
	go l.watchParent(os.Getppid())
	return l
}

// watchParent asks for the parent once a second. On Windows the answer never
// changes.
func (l *lifeline) watchParent(parent int) {
	for range time.Tick(time.Second) {
		if os.Getppid() != parent {
			l.end()
		}
	}
}

func (l *lifeline) end() {
	removeRunDir(l.dir)
	os.Exit(0)
}

// removeRunDir removes what a run puts into its directory, and the directory
// where nothing else is in it.
func removeRunDir(dir string) {
	if !strings.HasPrefix(filepath.Base(dir), runDirPrefix) {
		return
	}
	_ = os.Chdir(filepath.Dir(dir)) // no system removes the directory one is in, but Unix
	sockets, _ := filepath.Glob(filepath.Join(dir, "plugin*"))
	for _, path := range append(sockets, filepath.Join(dir, arenaFile)) {
		_ = os.Remove(path)
	}
	_ = os.Remove(dir)
}

// ServerHandshake has a connection counted. That is all that these credentials
// do; grpc's own count (stats.Handler) makes each call a third slower.
func (l *lifeline) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	l.conns.Add(1)
	l.had.Store(true)
	counted := &counted{Conn: conn, ended: sync.OnceFunc(l.hangUp)}
	return l.TransportCredentials.ServerHandshake(counted)
}

func (l *lifeline) hangUp() {
	if l.conns.Add(-1) == 0 {
		l.end()
	}
}

// counted is a connection that tells its end, which gRPC closes it at.
type counted struct {
	net.Conn
	ended func()
}

func (c *counted) Close() error {
	defer c.ended()
	return c.Conn.Close()
}
