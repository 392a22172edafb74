package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is a number of elements. Its text is 100, 4K or 1M.
type Size int

// MaxSize is a billion elements; more is a slip of the finger.
const MaxSize Size = 1 << 30

var sizeUnits = []struct {
	letter string
	times  Size
}{{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}}

// UnmarshalText reads a size, from 1 to MaxSize.
func (s *Size) UnmarshalText(text []byte) error {
	digits, times := strings.ToUpper(string(text)), Size(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(digits, u.letter); ok {
			digits, times = rest, u.times
		}
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || Size(n) > MaxSize/times {
		return fmt.Errorf("%q is no size; write it as 1000, 4K or 1M, from 1 to %v", text, MaxSize)
	}
	*s = Size(n) * times
	return nil
}

// String is the size with the greatest unit that leaves it whole.
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s%u.times == 0 && s != 0 {
			return fmt.Sprintf("%d%s", int(s/u.times), u.letter)
		}
	}
	return strconv.Itoa(int(s))
}
