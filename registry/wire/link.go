package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/optc-lang/optc/registry/abi"
)

// hosting is the host's side of go-plugin's interface.
type hosting struct{ plugin.NetRPCUnsupportedPlugin }

func (hosting) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return errors.New("a host is no plugin")
}

// GRPCClient gets a context that is done once the process has ended and its
// exit status is known.
func (hosting) GRPCClient(done context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return &link{done: done, conn: conn}, nil
}

// link is the service as the host calls it.
type link struct {
	done context.Context
	conn *grpc.ClientConn
}

func (l *link) call(ctx context.Context, name string, in, out proto.Message, o ...grpc.CallOption) error {
	return l.conn.Invoke(ctx, "/"+serviceName+"/"+name, in, out, o...)
}

func (l *link) describe(ctx context.Context) (*abi.Manifest, error) {
	out := new(wrapperspb.BytesValue)
	err := l.call(ctx, "Describe", nothing, out, grpc.MaxCallRecvMsgSize(maxManifest))
	if status.Code(err) == codes.ResourceExhausted {
		return nil, status.Errorf(codes.InvalidArgument, "its manifest is longer than %d bytes", maxManifest)
	}
	if err != nil {
		return nil, err
	}
	m := new(abi.Manifest)
	if err := json.Unmarshal(out.GetValue(), m); err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "its manifest is not understood: %v", err)
	}
	return m, nil
}

// cuda is, packed, the rule's kernels for GPUs.
func (l *link) cuda(ctx context.Context) ([]byte, error) {
	out := new(wrapperspb.BytesValue)
	err := l.call(ctx, "CUDA", nothing, out, grpc.MaxCallRecvMsgSize(maxCUDA))
	if status.Code(err) == codes.ResourceExhausted {
		return nil, status.Errorf(codes.InvalidArgument, "it is longer than %d bytes", maxCUDA)
	}
	return out.GetValue(), err
}

func (l *link) attach(ctx context.Context, r *attachRequest) (answer attachAnswer, err error) {
	in, err := json.Marshal(r)
	if err != nil {
		return answer, status.Errorf(codes.InvalidArgument, "the layout can't be sent: %v", err)
	}
	out := new(wrapperspb.BytesValue)
	if err := l.call(ctx, "Attach", wrapperspb.Bytes(in), out); err != nil || len(out.GetValue()) == 0 {
		return answer, err
	}
	if err := json.Unmarshal(out.GetValue(), &answer); err != nil {
		return answer, status.Errorf(codes.Internal, "its answer is not understood: %v", err)
	}
	return answer, nil
}

// failure is the error of the last step by doorbell, if the plugin knows one.
func (l *link) failure(ctx context.Context) error {
	return l.call(ctx, "Failure", nothing, new(emptypb.Empty))
}

// step is how a plugin steps that has no doorbell.
func (l *link) step(ctx context.Context) error {
	return l.call(ctx, "Step", nothing, new(emptypb.Empty))
}

func (l *link) detach(ctx context.Context) error {
	return l.call(ctx, "Detach", nothing, new(emptypb.Empty))
}

// start runs the program, connects, and reads and checks the manifest.
func (c *Client) start(timeout time.Duration) error {
	protocol, err := c.plugin.Client()
	if err != nil {
		c.kill()
		c.plugin.Kill() // returns once all output is read
		return c.startError(err, timeout)
	}
	raw, err := protocol.Dispense(pluginName)
	if err != nil {
		return fmt.Errorf("the plugin %s can't be used: %w", c.path, err)
	}
	c.link = raw.(*link)
	ctx, cancel := context.WithTimeout(c.closing, timeout)
	defer cancel()
	m, err := c.link.describe(ctx)
	if ctx.Err() != nil || status.Code(err) == codes.DeadlineExceeded {
		return fmt.Errorf("the plugin %s did not describe itself within %v", c.path, timeout)
	}
	if err != nil {
		return c.failed("asking for its manifest", err)
	}
	if err := m.Validate(); err != nil {
		return fmt.Errorf("the plugin %s can't be used: %w", c.path, err)
	}
	c.manifest, c.name = m, m.Name
	return nil
}

// startError says why a program did not become a plugin. go-plugin tells its
// reasons apart only by their text.
func (c *Client) startError(err error, timeout time.Duration) error {
	text := err.Error()
	state := c.cmd.ProcessState
	switch {
	case c.cmd.Process == nil:
		return c.execError(err)
	case strings.Contains(text, "incompatible API version"):
		return fmt.Errorf("the plugin %s speaks another protocol than this program's %d; compile it again with this version of optc",
			c.path, abi.Protocol)
	case strings.Contains(text, "timeout while waiting"):
		return c.withStderr(fmt.Sprintf("%s is no optimizer plugin, or hangs: it said nothing within %v", c.path, timeout))
	case state != nil && state.Exited():
		return c.withStderr(fmt.Sprintf("%s is no optimizer plugin: it ended at once (%v)", c.path, state))
	}
	line, _, _ := strings.Cut(text, "\n")
	return c.withStderr(fmt.Sprintf("%s is no optimizer plugin: %.200s", c.path, line))
}

// withStderr is an error that ends with what the plugin last wrote.
func (c *Client) withStderr(text string) error {
	if last := c.stderr.lines(); last != "" {
		text += "; it wrote:\n" + last
	}
	return errors.New(text)
}
