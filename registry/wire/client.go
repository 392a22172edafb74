package wire

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"

	"github.com/edsrzf/mmap-go"
	"github.com/hashicorp/go-plugin"

	"github.com/optc-lang/optc/registry/abi"
)

// Client is a running plugin, seen from its host. Its methods may be called
// from several goroutines; they take turns, but Interrupt and Close cut a call
// short.
type Client struct {
	name     string // the rule's; before Describe, the program's
	path     string
	rings    bool // asks for a doorbell
	manifest *abi.Manifest

	cmd    *exec.Cmd
	plugin *plugin.Client
	link   *link
	dir    string
	shared *shared
	stderr *tail

	closing context.Context // done once Interrupt or Close is called
	close   context.CancelFunc

	mu     sync.Mutex
	mem    mmap.MMap // nil before Attach
	bell   *bell     // of the arena; nil where steps go by call
	death  *Death
	closed bool
}

// newClient makes everything that a plugin needs before its start.
func newClient(path string, o options) (*Client, error) {
	dir, err := runDir()
	if err != nil {
		return nil, fmt.Errorf("a plugin needs a directory of its own: %w", err)
	}
	c := &Client{name: filepath.Base(path), path: path, dir: dir, rings: hasFutex && !o.byCall}
	c.cmd = command(path, dir, o.threads)
	inGroup(c.cmd)
	c.stderr = &tail{next: o.stderr}
	c.closing, c.close = context.WithCancel(context.Background())
	if c.shared, err = newShared(c.cmd, dir, o.asFile); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("a plugin needs shared memory: %w", err)
	}
	c.plugin = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		Plugins:          plugin.PluginSet{pluginName: &hosting{}},
		Cmd:              c.cmd,
		StartTimeout:     o.timeout,
		Stderr:           c.stderr,
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		Logger:           logger("host"),
		SkipHostEnv:      true,
	})
	return c, nil
}

// Manifest is what the plugin says of itself; it is sound. It must not be
// changed.
func (c *Client) Manifest() *abi.Manifest { return c.manifest }

// CUDA is the rule's kernels for GPUs. It is an error where the plugin carries
// none.
func (c *Client) CUDA() (*abi.CUDA, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(); err != nil {
		return nil, err
	}
	if !c.manifest.HasCUDA() {
		return nil, fmt.Errorf("the plugin %s carries no kernels for GPUs; compile its rule with optc compile --target cuda", c.name)
	}
	packed, err := c.link.cuda(c.closing)
	if err != nil {
		return nil, c.failed("asking for its CUDA code", err)
	}
	return abi.UnpackCUDA(c.manifest, packed)
}

// PID is the plugin's process.
func (c *Client) PID() int { return c.cmd.Process.Pid }

// Attach makes an arena of shared memory, all zero, and has the plugin map it.
//
// A second Attach takes the place of the first, whose arena ends: its memory is
// gone, and touching it ends the program. So it is when Attach fails, but for a
// layout that is not of this rule, which changes nothing.
func (c *Client) Attach(l *abi.Layout) (*abi.Arena, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(); err != nil {
		return nil, err
	}
	if err := c.manifest.Fits(l); err != nil {
		return nil, err
	}
	if err := c.detach(); err != nil {
		return nil, err
	}
	arena, err := c.attach(l)
	if err != nil {
		return nil, errors.Join(err, c.unmap())
	}
	return arena, nil
}

func (c *Client) attach(l *abi.Layout) (_ *abi.Arena, err error) {
	if c.mem, err = c.shared.take(l.Size()); err != nil {
		return nil, err
	}
	arena, err := abi.NewArena(l, c.mem)
	if err != nil {
		return nil, err
	}
	answer, err := c.link.attach(c.closing, &attachRequest{Layout: l, Memory: c.shared.memory, Doorbell: c.rings})
	if err != nil {
		return nil, c.failed("attaching an arena", err)
	}
	if c.rings && answer.Doorbell {
		c.bell = newBell(arena, newTeam(c.cmd.Process.Pid, answer.Threads))
	}
	return arena, nil
}

// Offer sends the plugin a layout as it is, which Attach would look at first, and
// the memory of the arena that there is. It is for who asks whether a plugin
// refuses by itself what does not fit its rule; of a layout that it takes, the
// client has no arena, and can only be closed.
func (c *Client) Offer(l *abi.Layout) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(); err != nil {
		return err
	}
	if c.mem == nil {
		return fmt.Errorf("%s has no arena; Attach comes before Offer", c.name)
	}
	_, err := c.link.attach(c.closing, &attachRequest{Layout: l, Memory: c.shared.memory, Doorbell: c.rings})
	if err != nil {
		return c.failed("a layout", err)
	}
	return nil
}

// detach ends the arena that there is.
func (c *Client) detach() error {
	if c.mem == nil {
		return nil
	}
	if c.bell != nil {
		c.bell.team.release()
	}
	if err := c.link.detach(c.closing); err != nil {
		return c.failed("detaching the arena", err)
	}
	return c.unmap()
}

func (c *Client) unmap() error {
	c.bell = nil
	if c.mem == nil {
		return nil
	}
	return c.mem.Unmap()
}

// Step has the plugin do one step of the whole arena. After an error the
// parameters and states may be half a step on.
func (c *Client) Step() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.usable(); err != nil {
		return err
	}
	if c.mem == nil {
		return fmt.Errorf("%s has no arena to step; Attach comes before Step", c.name)
	}
	if err := c.step(); err != nil {
		return c.failed(stepping, err)
	}
	return nil
}

// usable reports why no call can be made, or nil.
func (c *Client) usable() error {
	if c.closing.Err() != nil {
		return c.closedError()
	}
	if c.death == nil && c.link.done.Err() != nil {
		c.death = c.died()
	}
	if c.death != nil {
		return c.death
	}
	return nil
}

func (c *Client) closedError() error {
	return fmt.Errorf("the plugin %s is closed; launch it again", c.name)
}
