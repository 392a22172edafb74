package cudagen

import (
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Names are the variants' names in the source, in the manifest's order: the
// namespace in optc of each, and what its kernels' names begin with. Variants
// whose programs are the same share the first one's.
func Names(m *abi.Manifest, programs []*ir.Program) []string {
	spaces, first := newScope(), map[string]string{}
	names := make([]string, len(programs))
	for i, p := range programs {
		_, text, _ := strings.Cut(p.String(), "\n") // the first line names the choices
		if _, ok := first[text]; !ok {
			first[text] = spaces.fresh(variantName(m, &m.Variants[i]))
		}
		names[i] = first[text]
	}
	return names
}

// variantName is a variant's name: adapnm_decay_l2_amsgrad_on.
func variantName(m *abi.Manifest, v *abi.Variant) string {
	name := m.Name
	for i, choice := range v.Choices {
		name += "_" + m.Options[i].Name + "_" + choice
	}
	return name
}

// reserved are C++'s words, and the names that optc.h and the kernels use.
var reserved = strings.Fields(`
	alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class
	compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype
	default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline
	int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public
	register reinterpret_cast requires return short signed sizeof static static_assert static_cast struct switch
	template this thread_local throw true try typedef typeid typename union unsigned using virtual void volatile
	wchar_t while xor xor_eq main std optc linux unix

	add sub mul div root max min sign magnitude select chain powint pow exp log uniform normal
	to_bits from_bits infinity not_a_number with_sign Bits
	thread threads block grid barrier the_block the_grid Part Run Sizes Pack load store
	leaf_size leaves tree_sum tree_max lag_buffer launch Instant Scalars Reduced scalars prepare begin step
	T run at s r i k p b n leaf lane hyper t`)

// scope gives identifiers that are not taken.
type scope map[string]bool

func newScope() scope {
	s := scope{}
	for _, name := range reserved {
		s[name] = true
	}
	return s
}

// fresh is an identifier like name.
func (s scope) fresh(name string) string {
	try := name
	for k := 2; s[try]; k++ {
		try = name + "_v" + strconv.Itoa(k)
	}
	s[try] = true
	return try
}

// numbered is the next identifier of a series: c1, c2, …
func (s scope) numbered(prefix string) string {
	for k := 1; ; k++ {
		if try := prefix + strconv.Itoa(k); !s[try] {
			s[try] = true
			return try
		}
	}
}
