package wire

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"os"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/optc-lang/optc/registry/abi"
)

// Names of the wire format.
const (
	cookieKey   = "OPTC_PLUGIN"
	cookieValue = "optimizer"
	pluginName  = "optimizer" // in go-plugin's set; not on the wire
	serviceName = "optc.v1.Optimizer"

	maxManifest = 1 << 20       // bytes
	maxCUDA     = 1 << 28       // bytes
	maxRequest  = math.MaxInt32 // bytes; a layout of millions of tensors is long
)

var handshake = plugin.HandshakeConfig{
	ProtocolVersion:  abi.Protocol,
	MagicCookieKey:   cookieKey,
	MagicCookieValue: cookieValue,
}

// attachRequest is what Attach sends, as JSON.
type attachRequest struct {
	Layout *abi.Layout `json:"layout"`
	Memory memory      `json:"memory"`
	// Doorbell is whether the host can ring.
	Doorbell bool `json:"doorbell,omitempty"`
}

// attachAnswer is what Attach answers, as JSON. No bytes, as from a plugin that
// knows no doorbell, are the zero answer.
type attachAnswer struct {
	Doorbell bool  `json:"doorbell,omitempty"` // the plugin steps when the host rings
	Threads  []int `json:"threads,omitempty"`  // those that step, as the system numbers them
}

// memory says where the shared memory is: one of its fields is set.
type memory struct {
	FD   int    `json:"fd,omitempty"`
	Path string `json:"path,omitempty"`
}

// optimizer is the service.
type optimizer interface {
	describe() ([]byte, error)
	attach(*attachRequest) (attachAnswer, error)
	step() error
	failure() error
	detach() error
	cuda() ([]byte, error)
}

var service = grpc.ServiceDesc{
	ServiceName: serviceName,
	HandlerType: (*optimizer)(nil),
	Methods: []grpc.MethodDesc{
		method("Describe", func(o optimizer, _ []byte) (proto.Message, error) {
			manifest, err := o.describe()
			return wrapperspb.Bytes(manifest), err
		}),
		method("Attach", func(o optimizer, in []byte) (proto.Message, error) {
			r := new(attachRequest)
			if err := json.Unmarshal(in, r); err != nil {
				return nil, refuse("the request to attach is not understood: %v", err)
			}
			answer, err := o.attach(r)
			if err != nil {
				return nil, err
			}
			text, err := json.Marshal(answer)
			return wrapperspb.Bytes(text), err
		}),
		method("Step", func(o optimizer, _ []byte) (proto.Message, error) { return nothing, o.step() }),
		method("Failure", func(o optimizer, _ []byte) (proto.Message, error) { return nothing, o.failure() }),
		method("CUDA", func(o optimizer, _ []byte) (proto.Message, error) {
			text, err := o.cuda()
			return wrapperspb.Bytes(text), err
		}),
		method("Detach", func(o optimizer, _ []byte) (proto.Message, error) { return nothing, o.detach() }),
	},
}

var nothing = new(emptypb.Empty)

// method is one unary call. Every request is read as a BytesValue: an Empty is
// one without bytes.
func method(name string, call func(optimizer, []byte) (proto.Message, error)) grpc.MethodDesc {
	return grpc.MethodDesc{MethodName: name, Handler: func(
		srv any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor,
	) (any, error) {
		in := new(wrapperspb.BytesValue)
		if err := decode(in); err != nil {
			return nil, err
		}
		return call(srv.(optimizer), in.GetValue())
	}}
}

// logger is go-plugin's log: silent, but for OPTC_DEBUG.
func logger(name string) hclog.Logger {
	o := &hclog.LoggerOptions{Name: name, Level: hclog.Off, Output: io.Discard}
	if os.Getenv("OPTC_DEBUG") != "" {
		o.Level, o.Output = hclog.Trace, os.Stderr
	}
	return hclog.New(o)
}
