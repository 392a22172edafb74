package diag

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Nearest is the name among many that name is most likely a misspelling of, or
// "" where none is near. One edit is near for a name of two letters or more,
// two from six letters, three from nine; a difference in case alone is always
// near. The first of equally near names wins.
func Nearest(name string, among []string) string {
	best, least := "", allowedEdits(name)+1
	for _, candidate := range among {
		if candidate == name {
			continue
		}
		if strings.EqualFold(candidate, name) {
			return candidate
		}
		if d := edits(name, candidate, least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

func allowedEdits(name string) int {
	switch n := utf8.RuneCountInString(name); {
	case n < 2:
		return 0
	case n < 6:
		return 1
	case n < 9:
		return 2
	}
	return 3
}

// edits is the distance of two names, or limit where their lengths alone tell
// that it is no less.
func edits(a, b string, limit int) int {
	if gap := utf8.RuneCountInString(a) - utf8.RuneCountInString(b); gap >= limit || -gap >= limit {
		return limit
	}
	if swapped(a, b) {
		return 1
	}
	return levenshtein.ComputeDistance(a, b)
}

// swapped tells names that differ by two neighbouring letters in each other's
// place, which is one slip of the fingers.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
