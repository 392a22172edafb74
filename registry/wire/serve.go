package wire

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"

	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/optc-lang/optc/registry/abi"
)

// Serve is the main function of a plugin for a rule. It returns when the host
// has ended the plugin.
func Serve(rule *abi.Rule) {
	if os.Getenv(cookieKey) != cookieValue {
		byHand(&rule.Manifest)
	}
	signal.Ignore(os.Interrupt) // go-plugin does it too, but only once it listens
	life := newLifeline(os.Getenv(plugin.EnvUnixSocketDir))
	s := &server{rule: rule, stderr: os.Stderr, threads: runtime.GOMAXPROCS(0)}
	runtime.GOMAXPROCS(s.threads + 1) // from a goroutine in a system call Go takes the last processor at once
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: handshake,
		Plugins:         plugin.PluginSet{pluginName: &serving{server: s}},
		Logger:          logger(rule.Manifest.Name),
		GRPCServer: func(o []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(o, grpc.MaxRecvMsgSize(maxRequest), grpc.Creds(life))...)
		},
	})
}

func byHand(m *abi.Manifest) {
	fmt.Fprintf(os.Stderr, "%s %s is an optimizer plugin: optc starts it by itself, and it does nothing when it is run by hand.\n",
		m.Name, m.Version)
	os.Exit(1)
}

// serving is the plugin's side of go-plugin's interface.
type serving struct {
	plugin.NetRPCUnsupportedPlugin
	server *server
}

func (p *serving) GRPCServer(_ *plugin.GRPCBroker, s *grpc.Server) error {
	s.RegisterService(&service, p.server)
	return nil
}

func (p *serving) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, fmt.Errorf("a plugin is no host")
}
