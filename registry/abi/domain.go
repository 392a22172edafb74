package abi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Domain is an interval of numbers. Its text is "[0, 1)" or "(0, inf)".
type Domain struct {
	Lo, Hi         float64
	LoOpen, HiOpen bool
}

// Contains reports whether x lies in the domain; NaN lies in none.
func (d Domain) Contains(x float64) bool {
	above := x > d.Lo || !d.LoOpen && x == d.Lo
	below := x < d.Hi || !d.HiOpen && x == d.Hi
	return above && below
}

func (d Domain) String() string {
	open, end := "[", "]"
	if d.LoOpen {
		open = "("
	}
	if d.HiOpen {
		end = ")"
	}
	return open + bound(d.Lo) + ", " + bound(d.Hi) + end
}

func bound(x float64) string {
	switch {
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// MarshalText gives the domain's text.
func (d Domain) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the domain's text.
func (d *Domain) UnmarshalText(text []byte) error {
	s := string(text)
	parts := strings.Split(s, ",")
	if len(s) < 5 || len(parts) != 2 || !strings.ContainsAny(s[:1], "[(") || !strings.ContainsAny(s[len(s)-1:], "])") {
		return fmt.Errorf("%q is not a domain; one looks like [0, 1) or (0, inf)", s)
	}
	lo, errLo := strconv.ParseFloat(strings.TrimSpace(parts[0][1:]), 64)
	hi, errHi := strconv.ParseFloat(strings.TrimSpace(parts[1][:len(parts[1])-1]), 64)
	if errLo != nil || errHi != nil || math.IsNaN(lo) || math.IsNaN(hi) {
		return fmt.Errorf("%q is not a domain: its bounds must be numbers, inf or -inf", s)
	}
	*d = Domain{Lo: lo, Hi: hi, LoOpen: s[0] == '(', HiOpen: s[len(s)-1] == ')'}
	return nil
}
