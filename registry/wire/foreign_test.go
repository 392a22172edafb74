package wire_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/edsrzf/mmap-go"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

// foreigners are programs that are no plugins, or plugins that were written
// after the package's documentation, without its code.
var foreigners = map[string]func(){
	"silent":   func() { select {} },
	"chatter":  func() { fmt.Println("good morning"); select {} },
	"leaver":   func() { fmt.Fprintln(os.Stderr, strings.Join(os.Environ(), "\n")); os.Exit(3) },
	"future":   func() { foreign{protocol: abi.Protocol + 1}.serve() },
	"stranger": func() { foreign{protocol: abi.Protocol, service: "other.v1.Thing"}.serve() },
	"nojson":   func() { foreign{protocol: abi.Protocol, manifest: "{"}.serve() },
	"long":     func() { foreign{protocol: abi.Protocol, manifest: strings.Repeat(" ", 2<<20)}.serve() },
	"empty":    func() { foreign{protocol: abi.Protocol, manifest: "{}"}.serve() },
	"mute":     func() { foreign{protocol: abi.Protocol, mute: true}.serve() },
	"refuser":  func() { foreign{protocol: abi.Protocol, onAttach: refuse}.serve() },
	"dier":     func() { foreign{protocol: abi.Protocol, onAttach: func() error { os.Exit(4); return nil }}.serve() },
	"babbler":  func() { foreign{protocol: abi.Protocol, attached: "yes"}.serve() },
	"byhand":   func() { foreign{protocol: abi.Protocol}.serve() },
}

type foreign struct {
	plugin.NetRPCUnsupportedPlugin
	protocol uint
	service  string // instead of ours
	manifest string // instead of the test rule's
	mute     bool   // Describe does not answer
	onAttach func() error
	attached string              // what Attach answers where there is no doorbell
	doorbell func(*foreignArena) // looks after the doorbell of a new arena; nil without one
}

func refuse() error { return status.Error(codes.InvalidArgument, "I will not") }

func (f foreign) serve() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion: f.protocol, MagicCookieKey: "OPTC_PLUGIN", MagicCookieValue: "optimizer",
		},
		Plugins:    plugin.PluginSet{"any": f},
		GRPCServer: plugin.DefaultGRPCServer,
		Logger:     hclog.NewNullLogger(),
	})
}

func (f foreign) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.ErrUnsupported
}

func (f foreign) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	name := "optc.v1.Optimizer"
	if f.service != "" {
		name = f.service
	}
	a := new(foreignArena)
	s.RegisterService(&grpc.ServiceDesc{ServiceName: name, HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{
		unary("Describe", func(*emptypb.Empty) (proto.Message, error) { return f.describe() }),
		unary("Attach", func(in *wrapperspb.BytesValue) (proto.Message, error) {
			if f.onAttach != nil {
				return new(emptypb.Empty), f.onAttach()
			}
			return f.attach(a, in.GetValue())
		}),
		unary("Step", func(*emptypb.Empty) (proto.Message, error) { a.step(); return new(emptypb.Empty), nil }),
		unary("Failure", func(*emptypb.Empty) (proto.Message, error) { return new(emptypb.Empty), nil }),
		unary("Detach", func(*emptypb.Empty) (proto.Message, error) {
			if a.leave != nil {
				a.leave()
			}
			return new(emptypb.Empty), a.mem.Unmap()
		}),
	}}, nil)
	return nil
}

func unary[M any, P interface {
	*M
	proto.Message
}](name string, call func(P) (proto.Message, error)) grpc.MethodDesc {
	handler := func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := P(new(M))
		if err := decode(in); err != nil {
			return nil, err
		}
		return call(in)
	}
	return grpc.MethodDesc{MethodName: name, Handler: handler}
}

func (f foreign) describe() (proto.Message, error) {
	if f.mute {
		select {}
	}
	if f.manifest != "" {
		return wrapperspb.Bytes([]byte(f.manifest)), nil
	}
	text, err := json.Marshal(testrule.Rule.Manifest)
	return wrapperspb.Bytes(text), err
}

func (f foreign) attach(a *foreignArena, in []byte) (proto.Message, error) {
	if err := a.attach(in); err != nil || f.doorbell == nil {
		return wrapperspb.Bytes([]byte(f.attached)), err
	}
	f.doorbell(a)
	return wrapperspb.Bytes([]byte(`{"doorbell":true}`)), nil
}

// foreignArena is an arena as the documentation has it: theta -= g.
type foreignArena struct {
	file   *os.File // one that is forgotten is closed
	mem    mmap.MMap
	lens   []int
	steps  int // where the steps start
	first  int // where the first region starts
	stride int
	leave  func() // ends the goroutine that keeps the doorbell; nil without one
}

func (a *foreignArena) attach(in []byte) error {
	var r struct {
		Layout struct {
			DType                   string
			Hypers, Buffers, Groups int
			Lens                    []int
		}
		Memory struct {
			FD   uintptr
			Path string
		}
	}
	if err := json.Unmarshal(in, &r); err != nil || r.Layout.DType != "f32" {
		return fmt.Errorf("not for me: %w", err)
	}
	a.lens = r.Layout.Lens
	a.steps = 64 + 8*r.Layout.Groups*r.Layout.Hypers
	a.first = up(a.steps+8*len(a.lens), 4096)
	length := 0
	for _, n := range a.lens {
		length += up(4*n, 64)
	}
	a.stride = up(length, 4096) + 4096 + 320
	if a.file == nil {
		a.file = os.NewFile(r.Memory.FD, "memory")
	}
	if r.Memory.Path != "" {
		a.file, _ = os.OpenFile(r.Memory.Path, os.O_RDWR, 0)
	}
	var err error
	a.mem, err = mmap.MapRegion(a.file, up(a.first+(2+r.Layout.Buffers)*a.stride, 4096), mmap.RDWR, 0, 0)
	if err == nil && string(a.mem[:8]) != "optcare1" {
		return errors.New("no arena")
	}
	return err
}

func up(x, n int) int { return (x + n - 1) / n * n }

func (a *foreignArena) step() {
	at := a.first
	for i, n := range a.lens {
		if binary.LittleEndian.Uint64(a.mem[a.steps+8*i:]) != 0 {
			for j := range n {
				theta, g := a.mem[at+4*j:], a.mem[at+a.stride+4*j:]
				put(theta, get(theta)-get(g))
			}
		}
		at += up(4*n, 64)
	}
}

func get(mem []byte) float32    { return math.Float32frombits(binary.LittleEndian.Uint32(mem)) }
func put(mem []byte, x float32) { binary.LittleEndian.PutUint32(mem, math.Float32bits(x)) }
