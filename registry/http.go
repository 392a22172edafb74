package registry

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"slices"

	"github.com/gorilla/mux"

	"github.com/optc-lang/optc/dsl/diag"
	"github.com/optc-lang/optc/registry/abi"
)

// Handler answers questions about the plugins of a registry and about rules
// that optc carries, as JSON:
//
//	GET /v1/plugins                 all of them
//	GET /v1/plugins/{name}          the manifest of one
//	GET /v1/plugins/{name}/source   its rule's text, as plain text
//	GET /healthz                    {"status": "ok"}
//
// ?version= asks for that version; without it the newest is meant, as Find has
// it. A plugin of the registry goes before a carried rule of its name. What
// goes wrong is {"error": {"code", "message"}}, with the status that fits.
func Handler(r *Registry, rules ...*abi.Rule) http.Handler {
	s := &server{registry: r, rules: rules}
	routes := mux.NewRouter()
	for path, answer := range map[string]func(*http.Request) (any, error){
		"/healthz":                  s.health,
		"/v1/plugins":               s.list,
		"/v1/plugins/{name}":        s.manifest,
		"/v1/plugins/{name}/source": s.source,
	} {
		routes.Handle(path, answering(answer)).Methods(http.MethodGet, http.MethodHead)
	}
	routes.NotFoundHandler = http.HandlerFunc(noSuchPath)
	routes.MethodNotAllowedHandler = http.HandlerFunc(onlyGet)
	return withoutPanic(routes)
}

type server struct {
	registry *Registry
	rules    []*abi.Rule
}

// Listing is what GET /v1/plugins says of a plugin.
type Listing struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Title      string `json:"title,omitempty"`
	Class      string `json:"class,omitempty"`
	Source     string `json:"source_digest,omitempty"` // of the rule's text
	Installed  bool   `json:"installed"`               // false: a rule that optc carries
	Default    bool   `json:"default"`                 // what the bare name means
	Origin     string `json:"origin,omitempty"`
	Platform   string `json:"platform,omitempty"`
	Dir        string `json:"dir,omitempty"`
	Binary     string `json:"binary_digest,omitempty"`
	ShadowedBy string `json:"shadowed_by,omitempty"`
	Error      string `json:"error,omitempty"` // why it can't be used
}

// MarshalJSON gives an entry in the form of the HTTP list.
func (e Entry) MarshalJSON() ([]byte, error) { return json.Marshal(e.listing()) }

func (e *Entry) listing() Listing {
	l := Listing{Name: e.Name, Version: e.Version, Installed: true, Default: e.Default, Origin: e.Origin.Rule,
		Platform: e.Platform, Dir: e.Dir, Binary: e.Digest, ShadowedBy: e.ShadowedBy}
	if e.Err != nil {
		l.Error = e.Err.Error()
	}
	if e.Manifest != nil {
		l.Title, l.Class, l.Source = e.Manifest.Title, e.Manifest.Class, e.Manifest.Digest
	}
	return l
}

func (s *server) health(*http.Request) (any, error) { return map[string]string{"status": "ok"}, nil }

func (s *server) list(*http.Request) (any, error) {
	entries, err := s.registry.List()
	if err != nil {
		return nil, err
	}
	all, taken := []Listing{}, map[string]bool{}
	for _, e := range entries {
		all = append(all, e.listing())
		taken[e.Name] = taken[e.Name] || e.Default
	}
	for _, rule := range s.rules {
		m := &rule.Manifest
		all = append(all, Listing{Name: m.Name, Version: m.Version, Title: m.Title, Class: m.Class, Source: m.Digest,
			Origin: BuiltIn, Default: !taken[m.Name]})
	}
	slices.SortStableFunc(all, func(a, b Listing) int { return cmp.Compare(a.Name, b.Name) })
	return map[string][]Listing{"plugins": all}, nil
}

func (s *server) manifest(q *http.Request) (any, error) {
	e, rule, err := s.find(q)
	if rule != nil {
		return &rule.Manifest, nil
	}
	if err != nil {
		return nil, err
	}
	return e.Manifest, nil
}

func (s *server) source(q *http.Request) (any, error) {
	e, rule, err := s.find(q)
	if rule != nil {
		return text(rule.Source), nil
	}
	if err != nil {
		return nil, err
	}
	source, err := e.Source()
	return text(source), err
}

// find is the plugin that a request names, or else the carried rule.
func (s *server) find(q *http.Request) (*Entry, *abi.Rule, error) {
	ref, version := mux.Vars(q)["name"], q.URL.Query().Get("version")
	if version != "" {
		ref += "@" + version
	}
	e, err := s.registry.Find(ref)
	var missing *NotFoundError
	if !errors.As(err, &missing) {
		return e, nil, err
	}
	var names []string
	for _, rule := range s.rules {
		m := &rule.Manifest
		if ref == m.Name || ref == m.Name+"@"+m.Version {
			return nil, rule, nil
		}
		names = append(names, m.Name)
	}
	if missing.Nearest == "" {
		missing.Nearest = diag.Nearest(mux.Vars(q)["name"], names)
	}
	return nil, nil, missing
}

// text is an answer in plain text.
type text string

// answering makes a handler of a function that gives the answer's body.
func answering(answer func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := answer(q)
		if err != nil {
			writeError(w, err)
			return
		}
		if plain, ok := body.(text); ok {
			write(w, http.StatusOK, "text/plain; charset=utf-8", []byte(plain))
			return
		}
		writeJSON(w, http.StatusOK, body)
	})
}

// writeError answers with an error of this package.
func writeError(w http.ResponseWriter, err error) {
	var missing *NotFoundError
	var damaged *DamagedError
	var badRef *RefError
	switch {
	case errors.As(err, &missing):
		fail(w, http.StatusNotFound, "not_found", err.Error())
	case errors.As(err, &badRef):
		fail(w, http.StatusBadRequest, "bad_name", err.Error())
	case errors.As(err, &damaged):
		fail(w, http.StatusInternalServerError, "damaged", err.Error())
	default:
		fail(w, http.StatusInternalServerError, "internal", err.Error())
	}
}

func noSuchPath(w http.ResponseWriter, q *http.Request) {
	fail(w, http.StatusNotFound, "no_such_path",
		fmt.Sprintf("there is nothing at %s; the list of plugins is at /v1/plugins", q.URL.Path))
}

func onlyGet(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Allow", "GET, HEAD")
	fail(w, http.StatusMethodNotAllowed, "method_not_allowed",
		fmt.Sprintf("%s is not answered here; plugins can be read (GET), but are installed by the command line", q.Method))
}

func fail(w http.ResponseWriter, status int, code, message string) {
	type problem struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	writeJSON(w, status, map[string]problem{"error": {code, message}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	encoded, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		status, encoded = http.StatusInternalServerError, []byte(`{"error": {"code": "internal", "message": "the answer is no JSON"}}`)
	}
	write(w, status, "application/json", append(encoded, '\n'))
}

func write(w http.ResponseWriter, status int, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// withoutPanic answers 500 where a handler panics.
func withoutPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		defer func() {
			if fault := recover(); fault != nil {
				log.Printf("%s %s: %v", q.Method, q.URL.Path, fault)
				fail(w, http.StatusInternalServerError, "internal", "a fault of optc kept the answer from being made; please report it")
			}
		}()
		next.ServeHTTP(w, q)
	})
}
