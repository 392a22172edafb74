package num

// Block is the number of elements that one leaf of the reduction tree adds.
const Block = 1024

// Lanes is a block's eight running sums: lane j takes the elements j, j+8, …
type Lanes [8]float64

// Sum adds the lanes in their fixed order.
func (l *Lanes) Sum() float64 {
	return ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

// Tree adds the sums of blocks, given one after another, in pairs of
// neighbours, level by level. It keeps one sum for each 1 in the binary number
// of blocks seen, the oldest at the highest level; the zero value is empty.
type Tree struct {
	sums   [64]float64
	depth  int
	blocks uint64
}

// Add takes the next block's sum.
func (t *Tree) Add(sum float64) {
	for n := t.blocks; n&1 == 1; n >>= 1 {
		t.depth--
		sum = t.sums[t.depth] + sum
	}
	t.sums[t.depth] = sum
	t.depth++
	t.blocks++
}

// Sum is the root: +0 where no block was given.
func (t *Tree) Sum() float64 {
	if t.depth == 0 {
		return 0
	}
	sum := t.sums[t.depth-1]
	for i := t.depth - 2; i >= 0; i-- {
		sum = t.sums[i] + sum
	}
	return sum
}
