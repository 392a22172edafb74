package syntax

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// greek maps the letters of the mathematical notation to their canonical names.
var greek = map[string]string{
	"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "eps", "ζ": "zeta",
	"η": "lr", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
	"ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
	"χ": "chi", "ψ": "psi", "ω": "omega",
}

// marks maps the combining marks over a letter to the words after it.
var marks = map[string]string{"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde"}

// The ways back.
var (
	greekLetter = inverse(greek)
	markOf      = inverse(marks)
)

func inverse(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[v] = k
	}
	return out
}

// Forms of names. A marked name is one letter with a mark, digits and _∞; a
// plain name can have subscript digits and _∞ too.
var (
	asciiName  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	markedName = regexp.MustCompile(`^([A-Za-z]|[` + keys(greek) + `])([` + keys(marks) + `])?([0-9]*[₀-₉]*)(_inf|_∞)?$`)
	suffixName = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_]*?)()([₀-₉]*)(_∞)?$`)
	mathForm   = regexp.MustCompile(`^(` + alternatives(greekLetter) + `|[A-Za-z])(hat|bar|tilde)?([0-9]*)(_inf)?$`)
)

// keys are the keys of a table in order, in one string.
func keys(m map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(m)), "")
}

// alternatives are the keys of a table for a pattern, the longest first, so that
// none hides one that it begins.
func alternatives(m map[string]string) string {
	names := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	return strings.Join(names, "|")
}

// CanonicalName is the ASCII form of a name in either notation, and whether it
// is a name at all.
func CanonicalName(name string) (string, bool) {
	if asciiName.MatchString(name) {
		return name, true
	}
	name = norm.NFD.String(name)
	m := markedName.FindStringSubmatch(name)
	if m == nil {
		m = suffixName.FindStringSubmatch(name)
	}
	if m == nil {
		return "", false
	}
	tail := strings.Replace(m[4], "∞", "inf", 1)
	return letterName(m[1]) + marks[m[2]] + subToASCII.Replace(m[3]) + tail, true
}

// letterName is the canonical name of one letter, or the name itself.
func letterName(s string) string {
	if name, ok := greek[s]; ok {
		return name
	}
	return s
}

// MathName is the mathematical form of a canonical name: beta1 is β₁, mhat is m̂.
func MathName(canonical string) string {
	m := mathForm.FindStringSubmatch(canonical)
	if m == nil {
		if base, ok := strings.CutSuffix(canonical, "_inf"); ok {
			return base + "_∞"
		}
		return canonical
	}
	letter := m[1]
	if l, ok := greekLetter[letter]; ok {
		letter = l
	}
	tail := strings.Replace(m[4], "inf", "∞", 1)
	return norm.NFC.String(letter + markOf[m[2]] + toSub(m[3]) + tail)
}

// Digits and signs below and above the line.
var (
	subToASCII   = strings.NewReplacer(pairs("₀₁₂₃₄₅₆₇₈₉₊₋ₜ", "0123456789+-t")...)
	superToASCII = strings.NewReplacer(pairs("⁰¹²³⁴⁵⁶⁷⁸⁹ᵗ⁺⁻ⁿ", "0123456789t+-n")...)
	asciiToSub   = strings.NewReplacer(pairs("0123456789+-t", "₀₁₂₃₄₅₆₇₈₉₊₋ₜ")...)
	asciiToSuper = strings.NewReplacer(pairs("0123456789t", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵗ")...)
)

func pairs(from, to string) []string {
	f, t := []rune(from), []rune(to)
	var out []string
	for i := range f {
		out = append(out, string(f[i]), string(t[i]))
	}
	return out
}

func toSub(s string) string { return asciiToSub.Replace(s) }
