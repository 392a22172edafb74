package data

// cropPad is the zero border, in pixels, around an image before the random crop.
const cropPad = 4

// CropFlip copies the given training rows (0-based), each moved by -4 to +4
// pixels in both directions and mirrored left to right with probability 1/2: the
// usual augmentation of CIFAR (He et al., "Deep Residual Learning for Image
// Recognition", CVPR 2016, section 4.2). What moves in from outside is 0, the
// mean of its channel. The draws depend on seed and step (0-based) alone. It is an
// error if a row is outside the training split.
func (s *Set) CropFlip(rows []int, seed uint64, step int) (Split, error) {
	if err := s.CheckRows(rows); err != nil {
		return Split{}, err
	}
	d, size := newDice(seed, streamCrop, uint64(step)), s.ImageLen()
	out := Split{make([]float32, len(rows)*size), make([]int32, len(rows))}
	for i, row := range rows {
		m := move{d.below(2*cropPad+1) - cropPad, d.below(2*cropPad+1) - cropPad, d.below(2) == 1}
		s.moved(out.Images[i*size:][:size], s.Train.Images[row*size:][:size], m)
		out.Labels[i] = s.Train.Labels[row]
	}
	return out, nil
}

// move says that pixel (y, x) comes from (y+down, x+right), and is then mirrored.
type move struct {
	down, right int
	mirror      bool
}

// moved writes the moved image to dst, which is zero before.
func (s *Set) moved(dst, src []float32, m move) {
	for line := range s.Channels * s.Height {
		from := line%s.Height + m.down
		if from < 0 || from >= s.Height {
			continue
		}
		s.movedLine(dst[line*s.Width:][:s.Width], src[(line+m.down)*s.Width:][:s.Width], m)
	}
}

func (s *Set) movedLine(dst, src []float32, m move) {
	for x := range dst {
		from := x + m.right
		if m.mirror {
			from = s.Width - 1 - x + m.right
		}
		if from >= 0 && from < s.Width {
			dst[x] = src[from]
		}
	}
}
