package wire

import (
	"errors"
	"os"
	"time"
)

// Interrupt cuts a call short, and lets no further one begin. The arena's memory
// stays until Close, so another goroutine may be using it.
func (c *Client) Interrupt() { c.close() }

// Close ends the plugin's process, unmaps the arena, whose memory must not be
// touched from then on, and removes the run's directory. Further calls do
// nothing.
func (c *Client) Close() error {
	c.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	c.end()
	return errors.Join(c.unmap(), c.shared.file.Close(), os.RemoveAll(c.dir))
}

// Orphan leaves the plugin as a host does that dies: its connection is cut, and
// nothing is said. The channel is closed when the process has ended, as it must
// by itself. Nothing but Close can be called from then on.
func (c *Client) Orphan() (ended <-chan struct{}) {
	_ = c.link.conn.Close()
	return c.link.done.Done()
}

// end asks the process to end, and ends it where it does not.
func (c *Client) end() {
	defer time.AfterFunc(time.Second, c.kill).Stop()
	c.plugin.Kill()
}

// kill ends the process, if it has not ended, and those that it has started: they
// may hold its output open, and go-plugin waits for the end of that.
func (c *Client) kill() {
	if c.cmd.Process != nil && !c.plugin.Exited() {
		killGroup(c.cmd.Process)
	}
}
