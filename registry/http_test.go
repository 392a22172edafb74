package registry_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
)

// builtIn is a rule that optc carries.
func builtIn(name, version string) *abi.Rule {
	return &abi.Rule{Source: "the text of " + name, Manifest: abi.Manifest{
		Name: name, Version: version, Protocol: abi.Protocol, Class: "exact", Digest: "sha256:" + hexDigest([]byte(name)),
		Hypers:   []abi.Hyper{{Name: "lr", Default: 0.1, Domain: abi.Domain{Lo: 0, Hi: 1, LoOpen: true}}},
		Variants: []abi.Variant{{Class: "exact"}}, Numbers: []string{"f32"},
	}}
}

// ask is the answer to a request, and its body.
func ask(t *testing.T, h http.Handler, method, target string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w.Result(), w.Body.String()
}

func TestListByHTTP(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "a")
	shadowed := p.install(t, one, "")
	p.install(t, two, "")
	require.NoError(t, os.Remove(filepath.Join(shadowed.Dir, "SHA256SUMS")))
	h := registry.Handler(p.Registry, builtIn("sgd", "0.1.0"), builtIn("adam", "1.0.0"))
	answer, body := ask(t, h, "GET", "/v1/plugins")
	assert.Equal(t, 200, answer.StatusCode)
	assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
	var got struct{ Plugins []registry.Listing }
	require.NoError(t, json.Unmarshal([]byte(body), &got))
	type row struct {
		ref                string
		installed, meant   bool
		shadowed, unusable bool
	}
	rows := []row{}
	for _, l := range got.Plugins {
		rows = append(rows, row{l.Name + "@" + l.Version, l.Installed, l.Default, l.ShadowedBy != "", l.Error != ""})
	}
	assert.Equal(t, []row{
		{"adam@1.0.0", false, true, false, false},
		{"sgd@1.0.0", true, true, false, false},
		{"sgd@2.0.0", true, false, false, false},
		{"sgd@1.0.0", true, false, true, true},
		{"sgd@0.1.0", false, false, false, false},
	}, rows)
	assert.Equal(t, registry.BuiltIn, got.Plugins[0].Origin)
}

func TestEmptyListByHTTP(t *testing.T) {
	_, body := ask(t, registry.Handler(newPlace(t).Registry), "GET", "/v1/plugins")
	assert.JSONEq(t, `{"plugins": []}`, body)
}

func TestManifestAndSourceByHTTP(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	p.install(t, two, "")
	h := registry.Handler(p.Registry, builtIn("sgd", "0.1.0"), builtIn("adam", "1.0.0"))
	for _, c := range []struct{ path, version, title, source string }{
		{"sgd", "2.0.0", "two", two},
		{"sgd", "1.0.0", "one", one},
		{"sgd", "0.1.0", "", "the text of sgd"},
		{"adam", "1.0.0", "", "the text of adam"},
	} {
		query := "?version=" + c.version
		answer, body := ask(t, h, "GET", "/v1/plugins/"+c.path+query)
		assert.Equal(t, 200, answer.StatusCode)
		var m abi.Manifest
		require.NoError(t, json.Unmarshal([]byte(body), &m))
		assert.Equal(t, c.version, m.Version)
		assert.Equal(t, c.title, m.Title)
		require.NoError(t, m.Validate())
		answer, body = ask(t, h, "GET", "/v1/plugins/"+c.path+"/source"+query)
		assert.Equal(t, 200, answer.StatusCode)
		assert.Equal(t, "text/plain; charset=utf-8", answer.Header.Get("Content-Type"))
		assert.Equal(t, c.source, body)
	}
	_, body := ask(t, h, "GET", "/v1/plugins/sgd/source")
	assert.Equal(t, two, body)
	_, body = ask(t, h, "GET", "/v1/plugins/adam/source")
	assert.Equal(t, "the text of adam", body)
}

func TestHealthByHTTP(t *testing.T) {
	answer, body := ask(t, registry.Handler(newPlace(t).Registry), "GET", "/healthz")
	assert.Equal(t, 200, answer.StatusCode)
	assert.JSONEq(t, `{"status": "ok"}`, body)
}

func TestErrorsByHTTP(t *testing.T) {
	p := newPlace(t)
	p.install(t, one, "")
	damaged := p.install(t, other, "")
	flipLastByte(t, damaged.Binary())
	noStore := builtIn("broken", "1.0.0")
	noStore.Manifest.Hypers[0].Default = inf()
	h := registry.Handler(p.Registry, noStore, builtIn("adamw", "1.0.0"))
	for _, c := range []struct {
		method, path string
		status       int
		code, says   string
	}{
		{"GET", "/", 404, "no_such_path", "the list of plugins is at /v1/plugins"},
		{"GET", "/v1/plugins/", 404, "no_such_path", ""},
		{"GET", "/v1/plugins/sgd/binary", 404, "no_such_path", ""},
		{"GET", "/v1/plugins/lion", 404, "not_found", "there is no plugin lion"},
		{"GET", "/v1/plugins/sgdn", 404, "not_found", "did you mean sgd"},
		{"GET", "/v1/plugins/adamv/source", 404, "not_found", "did you mean adamw?"},
		{"GET", "/v1/plugins/sgd?version=3.0.0", 404, "not_found", "of sgd there is 1.0.0"},
		{"GET", "/v1/plugins/sgd?version=three", 400, "bad_name", "a semantic version"},
		{"GET", "/v1/plugins/%CE%B2", 400, "bad_name", "names no plugin"},
		{"GET", "/v1/plugins/..%5Csgd/source", 400, "bad_name", "names no plugin"},
		{"GET", "/v1/plugins/sgdm", 500, "damaged", "has been changed since it was installed"},
		{"GET", "/v1/plugins/broken", 500, "internal", "no JSON"},
		{"POST", "/v1/plugins", 405, "method_not_allowed", "POST is not answered here"},
		{"DELETE", "/v1/plugins/sgd", 405, "method_not_allowed", "installed by the command line"},
	} {
		answer, body := ask(t, h, c.method, c.path)
		assert.Equal(t, c.status, answer.StatusCode, c.path)
		assert.Equal(t, "application/json", answer.Header.Get("Content-Type"))
		assert.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
		var got struct {
			Error struct{ Code, Message string }
		}
		require.NoError(t, json.Unmarshal([]byte(body), &got), body)
		assert.Equal(t, c.code, got.Error.Code, c.path)
		assert.Contains(t, got.Error.Message, c.says)
		if c.status == http.StatusMethodNotAllowed {
			assert.Equal(t, "GET, HEAD", answer.Header.Get("Allow"))
		}
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	answer, body := ask(t, registry.Handler(nil), "GET", "/v1/plugins")
	assert.Equal(t, 500, answer.StatusCode)
	assert.Contains(t, body, "a fault of optc")
}

func TestServeAnswersAndEnds(t *testing.T) {
	p := newPlace(t)
	l, err := registry.Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	entered := make(chan struct{})
	slow := http.NewServeMux()
	slow.Handle("/", registry.Handler(p.Registry))
	slow.HandleFunc("/slow", func(w http.ResponseWriter, q *http.Request) {
		close(entered)
		<-ctx.Done()
		_, _ = io.WriteString(w, "finished")
	})
	ended := make(chan error, 1)
	go func() { ended <- registry.Serve(ctx, l, slow) }()
	url := "http://" + l.Addr().String()
	assert.Equal(t, `{"status":"ok"}`, strings.Join(strings.Fields(get(t, url+"/healthz", "", 200)), ""))
	go func() {
		<-entered
		cancel()
	}()
	assert.Equal(t, "finished", get(t, url+"/slow", "", 200), "an answer that is being given is finished")
	require.NoError(t, <-ended)
	_, err = net.Dial("tcp", l.Addr().String())
	require.Error(t, err)
}

func TestServeKnowsOnlyThisMachinesNames(t *testing.T) {
	l, err := registry.Listen("localhost:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- registry.Serve(ctx, l, registry.Handler(newPlace(t).Registry)) }()
	url := "http://" + l.Addr().String() + "/v1/plugins"
	for _, host := range []string{"localhost", "LOCALHOST:80", "127.0.0.1:1", "127.1.2.3", "[::1]:8080", "[::1]", "localhost."} {
		get(t, url, host, 200)
	}
	for _, host := range []string{"evil.example", "localhost.evil.example:80", "10.0.0.1", "127.0.0.1.evil.example", "0.0.0.0:80", "[::]"} {
		assert.Contains(t, get(t, url, host, 403), "wrong_host")
	}
	cancel()
	require.NoError(t, <-ended)
}

func TestServeRefusesOpenAddresses(t *testing.T) {
	for _, addr := range []string{":8080", "0.0.0.0:0", "[::]:0", "192.168.0.1:80", "example.com:80", "localhost.example.com:80"} {
		err := second(registry.Listen(addr))
		assert.ErrorContains(t, err, "plugins are served to this machine alone, and "+addr)
	}
	assert.ErrorContains(t, second(registry.Listen("8080")), "give a host and a port, as in 127.0.0.1:8080")
	l, err := registry.Listen("127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	err = second(registry.Listen(l.Addr().String()))
	assert.ErrorContains(t, err, "choose another port, or 0 for a free one")
	open, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	assert.ErrorContains(t, registry.Serve(t.Context(), open, nil), "is open to others")
	_, err = open.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestServeReportsItsOwnEnd(t *testing.T) {
	l, err := registry.Listen("127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	assert.ErrorContains(t, registry.Serve(t.Context(), l, http.NotFoundHandler()), "failed")
}

// get is the body of an answer that must have a status.
func get(t *testing.T, url, host string, status int) string {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	q.Host = host
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(q)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Equal(t, status, answer.StatusCode, "%s: %s", host, body)
	return string(body)
}
