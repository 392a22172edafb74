package data

// How a glyph is distorted. Lengths are image pixels; levels are 0 (black) to 255.
const (
	emPixels   = 17.0 // size of an em before scaling
	scaleLow   = 0.8
	scaleHigh  = 1.2 // each axis is scaled on its own
	shearMost  = 0.2 // pixels right a pixel down
	turnMost   = 0.1 // tangent of half the angle: 11 degrees
	shiftMost  = 1.5
	noiseMost  = 50.0  // largest amplitude of the noise
	inkLeast   = 90.0  // least difference of ink and paper; ink is the brighter
	whiteLevel = 255.0 // largest level
	samples    = 3     // points a pixel, both ways
)

// takePicture draws a mask with a random map, contrast and noise.
func takePicture(d dice, m *mask, pixels []byte) {
	v := newView(d)
	paper := d.between(0, whiteLevel-inkLeast)
	ink := d.between(paper+inkLeast, whiteLevel)
	noise := d.between(0, noiseMost)
	for i := range pixels {
		cover := v.cover(m, i%glyphSide, i/glyphSide)
		level := paper + float64(cover*(ink-paper)) + float64(noise*bump(d))
		pixels[i] = byte(min(max(level, 0), whiteLevel) + 0.5)
	}
}

// bump is noise of a bell shape on (-1, 1), the mean of four uniform draws, with
// a deviation of 0.29.
func bump(d dice) float64 {
	return (d.unit()+d.unit()+d.unit()+d.unit())/2 - 1
}

// view maps image points to mask points: (x, y) to (xx*x + xy*y, yx*x + yy*y)
// after the shift, both counted from the middle.
type view struct{ xx, xy, yx, yy, right, down float64 }

// newView draws a map: turn, then shear, then scale. With the tangent t of half
// the angle, cosine and sine are (1-t^2)/(1+t^2) and 2t/(1+t^2).
func newView(d dice) view {
	t := d.between(-turnMost, turnMost)
	square := float64(t * t)
	cos, sin := (1-square)/(1+square), 2*t/(1+square)
	shear := d.between(-shearMost, shearMost)
	sx := maskEm / emPixels / d.between(scaleLow, scaleHigh)
	sy := maskEm / emPixels / d.between(scaleLow, scaleHigh)
	return view{
		xx: sx * (cos + float64(shear*sin)), xy: sx * (float64(shear*cos) - sin),
		yx: sy * sin, yy: sy * cos,
		right: d.between(-shiftMost, shiftMost), down: d.between(-shiftMost, shiftMost),
	}
}

// cover is the part of an image pixel that the character covers, 0 to 1.
func (v view) cover(m *mask, col, row int) float64 {
	inside := 0
	for s := range samples * samples {
		x := float64(col) + (float64(s%samples)+0.5)/samples - glyphSide/2 - v.right
		y := float64(row) + (float64(s/samples)+0.5)/samples - glyphSide/2 - v.down
		if m.at(float64(v.xx*x)+float64(v.xy*y), float64(v.yx*x)+float64(v.yy*y)) {
			inside++
		}
	}
	return float64(inside) / (samples * samples)
}
