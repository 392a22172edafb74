package main

import (
	"fmt"
	"strconv"
	"strings"
)

// size is a number of elements, as the command line has it: 100, 4K or 1M.
type size int

// maxSize is a billion elements; more is a slip of the finger.
const maxSize = 1 << 30

var sizeUnits = []struct {
	letter string
	times  int
}{{"G", 1 << 30}, {"M", 1 << 20}, {"K", 1 << 10}}

// UnmarshalText reads a size.
func (s *size) UnmarshalText(text []byte) error {
	digits, times := strings.ToUpper(string(text)), 1
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(digits, u.letter); ok {
			digits, times = rest, u.times
		}
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > maxSize/times {
		return fmt.Errorf("%q is no size; write it as 1000, 4K or 1M, from 1 to %v", text, size(maxSize))
	}
	*s = size(n * times)
	return nil
}

// String is the size with the greatest unit that leaves it whole.
func (s size) String() string {
	for _, u := range sizeUnits {
		if int(s)%u.times == 0 && s != 0 {
			return fmt.Sprintf("%d%s", int(s)/u.times, u.letter)
		}
	}
	return strconv.Itoa(int(s))
}
