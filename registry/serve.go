package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Listen opens an address of this machine, as 127.0.0.1:8080 is one. Port 0 takes
// a free port; the listener tells which.
func Listen(addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%q is no address to serve at; give a host and a port, as in 127.0.0.1:8080: %w", addr, err)
	}
	if !loopback(host) {
		return nil, notLoopback(addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("nothing can be served at %s; choose another port, or 0 for a free one: %w", addr, err)
	}
	return l, nil
}

func notLoopback(addr string) error {
	return fmt.Errorf("plugins are served to this machine alone, and %s is open to others; use 127.0.0.1, [::1] or localhost", addr)
}

// Serve answers HTTP at a listener of this machine until ctx ends; then it finishes
// the answers that are being given, within five seconds, and closes the listener.
// Any other address is refused, and so is a request under another host's name,
// which a page from elsewhere could make a browser send.
func Serve(ctx context.Context, l net.Listener, h http.Handler) error {
	if host, _, err := net.SplitHostPort(l.Addr().String()); err != nil || !loopback(host) {
		return errors.Join(notLoopback(l.Addr().String()), l.Close())
	}
	s := &http.Server{
		Handler:           onlyLoopback(h),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    1 << 16,
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = s.Shutdown(grace) // whoever takes longer is cut off below
		close(ended)
	})
	err := s.Serve(l)
	if stop() { // it failed by itself: Shutdown was not called
		return fmt.Errorf("serving at %s failed: %w", l.Addr(), err)
	}
	<-ended
	return s.Close()
}

// loopback tells whether a host's name or address means this machine alone.
func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// onlyLoopback refuses requests whose Host header does not mean this machine.
func onlyLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		host := q.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !loopback(strings.Trim(host, "[]")) {
			fail(w, http.StatusForbidden, "wrong_host",
				fmt.Sprintf("this server answers under the names of this machine alone, not as %q; use localhost", q.Host))
			return
		}
		next.ServeHTTP(w, q)
	})
}
