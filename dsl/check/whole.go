package check

import (
	"math"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/syntax"
)

// Whole tells an exponent that is whole by its form (LANGUAGE.md, section 7):
// a number of digits alone, t, or a sum, difference, product or negation of
// such.
func Whole(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Number:
		return digits(e.Text)
	case *syntax.Name:
		return e.Name == "t" && e.Index == nil
	case *syntax.Unary:
		return e.Op == "-" && Whole(e.X)
	case *syntax.Binary:
		return (e.Op == "+" || e.Op == "-" || e.Op == "*") && Whole(e.X) && Whole(e.Y)
	}
	return false
}

func digits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

// maxExponent is the greatest whole exponent of a tensor, by its absolute value.
const maxExponent = 64

// tensorExponent tells a number from -maxExponent to maxExponent.
func tensorExponent(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Unary:
		return e.Op == "-" && tensorExponent(e.X)
	case *syntax.Number:
		n, err := strconv.ParseUint(e.Text, 10, 64)
		return err == nil && n <= maxExponent
	}
	return false
}

// nearlyWhole is the number in an exponent that has a whole value and is not
// whole by its form, as 2.0, or nil.
func nearlyWhole(e syntax.Expr) *syntax.Number {
	switch e := e.(type) {
	case *syntax.Unary:
		if e.Op == "-" {
			return nearlyWhole(e.X)
		}
	case *syntax.Number:
		x, err := strconv.ParseFloat(e.Text, 64)
		if err == nil && !digits(e.Text) && x == math.Trunc(x) && x <= maxExponent {
			return e
		}
	}
	return nil
}
