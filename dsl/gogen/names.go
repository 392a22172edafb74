package gogen

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"

	"github.com/optc-lang/optc/registry/abi"
)

// PackageName is the Go name of a rule's package: the rule's name in lower
// case, with a suffix where Go would not have it.
func PackageName(rule string) string {
	name := strings.ToLower(strings.ReplaceAll(rule, "_", ""))
	if token.IsKeyword(name) || name == "main" || name == "abi" || name == "num" || name == "math" || name == "vec" || name == "archsimd" {
		name += "rule"
	}
	return name
}

// kernelName is the name of a variant's function: stepDecayL2AmsgradOn. It does not
// end as the names of vector kernels do, Float32x16.
func kernelName(m *abi.Manifest, v *abi.Variant) string {
	name := "step"
	for i, choice := range v.Choices {
		name += title(camel(m.Options[i].Name)) + title(camel(choice))
	}
	for _, w := range widths {
		if strings.HasSuffix(name, w.f32.name()) || strings.HasSuffix(name, w.f64.name()) {
			return name + "Choice"
		}
	}
	return name
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// camel is a rule's name as Go has names: rho_inf is rhoInf.
func camel(name string) string {
	var b strings.Builder
	up := false
	for _, r := range name {
		if r == '_' {
			up = b.Len() > 0
			continue
		}
		if up {
			r, up = unicode.ToUpper(r), false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// reserved are the identifiers that a kernel uses for itself, or needs from Go.
var reserved = []string{
	"T", "u", "i", "n", "at", "end", "lanes", "tree", "abi", "num", "math", "source", "Rule",
	"float32", "float64", "int64", "clear", "len", "min", "max", "range",
}

// reservedInVectors are those that a kernel with vectors uses besides.
var reservedInVectors = []string{"archsimd", "vec"}

// scope gives identifiers that are taken neither in it nor around it.
type scope struct {
	outer *scope // or nil
	own   map[string]bool
}

func newScope() *scope {
	s := &scope{own: map[string]bool{}}
	s.reserve(reserved)
	return s
}

// inner is a scope within s. What it takes, s does not.
func (s *scope) inner() *scope { return &scope{outer: s, own: map[string]bool{}} }

func (s *scope) taken(name string) bool {
	for ; s != nil; s = s.outer {
		if s.own[name] {
			return true
		}
	}
	return false
}

func (s *scope) reserve(names []string) {
	for _, n := range names {
		s.own[n] = true
	}
}

// fresh is an identifier like name.
func (s *scope) fresh(name string) string {
	name = camel(name)
	try := name
	for k := 2; s.taken(try) || token.IsKeyword(try); k++ {
		try = name + "V" + strconv.Itoa(k)
	}
	s.own[try] = true
	return try
}

// numbered is the next identifier of a series: c1, c2, …
func (s *scope) numbered(prefix string) string {
	for k := 1; ; k++ {
		try := prefix + strconv.Itoa(k)
		if !s.taken(try) {
			s.own[try] = true
			return try
		}
	}
}
