package check

import (
	"fmt"
	"strings"

	"github.com/optc-lang/optc/dsl/syntax"
)

// subscript is what ends a name that papers would write with a time index: m_t.
const subscript = "_t"

// subscriptHint says how the time index is written that a name like m_t is meant
// to have, or "" where nothing has the name before it.
func (c *checker) subscriptHint(name string) string {
	base, ok := strings.CutSuffix(name, subscript)
	if !ok {
		return ""
	}
	math := syntax.MathName(base)
	switch kind := c.lookup(base).kind; {
	case kind == kindState:
		return fmt.Sprintf("a time index is written `%s[t]` or `%s[t-1]`, in mathematical notation `%sₜ` or `%sₜ₋₁`", base, base, math, math)
	case base == "theta":
		return "the parameter before the step is `theta`, after it `theta[t+1]`; in mathematical notation `θₜ` and `θₜ₊₁`"
	case base == "g":
		return "the gradient is `g`, in mathematical notation `gₜ`"
	case kind == kindHyper, kind == kindValue, kind == kindBuiltin:
		return fmt.Sprintf("`%s` has no time index; write `%s`", base, base)
	}
	return ""
}
