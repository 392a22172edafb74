package wire

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"github.com/edsrzf/mmap-go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/optc-lang/optc/registry/abi"
)

// server is the plugin's side of the service.
type server struct {
	rule    *abi.Rule
	stderr  *os.File // of the process, before go-plugin took it
	threads int      // at most, in a step

	mu      sync.Mutex
	mem     mmap.MMap    // nil before Attach
	door    *doorkeeper  // of the arena over mem, where the host rings
	stepper *abi.Stepper // where it calls
}

// refuse is the answer to a request that is at fault.
func refuse(format string, args ...any) error {
	return status.Errorf(codes.InvalidArgument, format, args...)
}

// describe also gives the process its standard error back: go-plugin sends what
// is written there by gRPC, where a dying process's last words get lost.
func (s *server) describe() ([]byte, error) {
	os.Stdout, os.Stderr = s.stderr, s.stderr
	return json.Marshal(&s.rule.Manifest)
}

// cuda is the rule's kernels for GPUs.
func (s *server) cuda() ([]byte, error) {
	if len(s.rule.CUDA) == 0 {
		return nil, status.Error(codes.Unimplemented, "the plugin carries no kernels for GPUs")
	}
	return s.rule.CUDA, nil
}

func (s *server) attach(r *attachRequest) (attachAnswer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.rule.Fits(r.Layout); err != nil {
		return attachAnswer{}, refuse("%v", err)
	}
	if err := s.unmap(); err != nil {
		return attachAnswer{}, err
	}
	mem, err := r.Memory.open(r.Layout.Size())
	if err != nil {
		return attachAnswer{}, refuse("the arena's memory can't be mapped: %v", err)
	}
	arena, err := abi.OpenArena(r.Layout, mem)
	if err != nil {
		_ = mem.Unmap()
		return attachAnswer{}, refuse("%v", err)
	}
	s.mem = mem
	if !hasFutex || !r.Doorbell {
		s.stepper = abi.NewStepper(s.rule, arena, s.threads)
		return attachAnswer{}, nil
	}
	s.door = newDoorkeeper(arena, abi.NewWork(s.rule, arena, s.threads), s.panicked)
	return attachAnswer{Doorbell: true, Threads: s.door.numbers}, nil
}

func (s *server) step() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.door != nil:
		return status.Error(codes.FailedPrecondition, "the arena is stepped by its doorbell, not by calls")
	case s.stepper == nil:
		return status.Error(codes.FailedPrecondition, "there is no arena to step; Attach comes first")
	}
	defer func() {
		if p := recover(); p != nil {
			err = s.panicked(p.(*abi.Panic))
		}
	}()
	debug.SetPanicOnFault(true)
	s.stepper.Step()
	return nil
}

// panicked is the answer to a step whose kernel panicked. The stack is for the
// plugin's standard error.
func (s *server) panicked(p *abi.Panic) error {
	fmt.Fprintf(s.stderr, "%v\n%s", p.Value, p.Stack)
	return status.Errorf(codes.Internal, "its kernel panicked: %v", p.Value)
}

// failure is the answer to a step by doorbell that failed.
func (s *server) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.door == nil {
		return nil
	}
	return s.door.failure()
}

func (s *server) detach() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unmap()
}

func (s *server) unmap() error {
	if s.mem == nil {
		return nil
	}
	if s.door != nil {
		s.door.leave()
		s.door = nil
	} else {
		s.stepper.Close()
		s.stepper = nil
	}
	if err := s.mem.Unmap(); err != nil {
		return status.Errorf(codes.Internal, "the arena can't be unmapped: %v", err)
	}
	return nil
}
