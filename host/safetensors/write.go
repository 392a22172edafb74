package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// Tensor is a tensor to be written. Make one with Of.
type Tensor struct {
	name, dtype string
	shape       []int
	count       int
	write       func(io.Writer) error
}

// Of is a tensor with row-major values, which are read when Write writes them.
// No shape at all is a scalar.
func Of[T Float](name string, shape []int, values []T) Tensor {
	return Tensor{name, dtypeOf[T](), shape, len(values), func(w io.Writer) error { return writeValues(w, values) }}
}

// Write writes a file of tensors, in their order. It is an error if a name is
// empty, given twice, not UTF-8 or "__metadata__", or if a shape does not fit its
// values.
func Write(w io.Writer, tensors []Tensor) error {
	header, err := header(tensors)
	if err != nil {
		return err
	}
	var length [8]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(header)))
	if _, err := w.Write(append(length[:], header...)); err != nil {
		return err
	}
	for _, t := range tensors {
		if err := t.write(w); err != nil {
			return fmt.Errorf("tensor %q: %w", t.name, err)
		}
	}
	return nil
}

// entry is a tensor's part of the header.
type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// header is the JSON text, with spaces at its end so that the data begin at a
// multiple of eight bytes.
func header(tensors []Tensor) ([]byte, error) {
	out := fields{names: map[string]bool{}}
	out.text.WriteByte('{')
	at := 0
	for _, t := range tensors {
		n, err := t.check()
		if err != nil {
			return nil, err
		}
		if err := out.add(t.name, entry{t.dtype, append([]int{}, t.shape...), [2]int{at, at + n}}); err != nil {
			return nil, err
		}
		at += n
	}
	out.text.WriteByte('}')
	for out.text.Len()%8 != 0 {
		out.text.WriteByte(' ')
	}
	if out.text.Len() > maxHeader {
		return nil, fmt.Errorf("the header of %d tensors has %d bytes; at most %d", len(tensors), out.text.Len(), maxHeader)
	}
	return out.text.Bytes(), nil
}

// check gives the number of bytes of a tensor that can be written.
func (t Tensor) check() (int, error) {
	if t.name == "" || t.name == metadataName || !utf8.ValidString(t.name) {
		return 0, fmt.Errorf("a tensor can't be named %q", t.name)
	}
	n, err := byteLen(t.dtype, t.shape)
	if err != nil {
		return 0, fmt.Errorf("tensor %q: %w", t.name, err)
	}
	if have := t.count * int(widths[t.dtype]/8); have != n {
		return 0, fmt.Errorf("tensor %q has %d values, which the shape %v does not hold", t.name, t.count, t.shape)
	}
	return n, nil
}

// fields is a JSON object whose members keep their order.
type fields struct {
	text  bytes.Buffer
	names map[string]bool
}

func (f *fields) add(name string, value any) error {
	if f.names[name] {
		return fmt.Errorf("there are two tensors %q", name)
	}
	f.names[name] = true
	key, err := json.Marshal(name)
	if err != nil {
		return err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if f.text.Len() > len("{") {
		f.text.WriteByte(',')
	}
	f.text.Write(key)
	f.text.WriteByte(':')
	f.text.Write(text)
	return nil
}

// chunk is the number of values that are converted at a time.
const chunk = 8192

func writeValues[T Float](w io.Writer, values []T) error {
	buffer := make([]byte, 0, chunk*8)
	for len(values) > 0 {
		n := min(len(values), chunk)
		if _, err := w.Write(encode(buffer, values[:n])); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// encode appends values to a buffer.
func encode[T Float](to []byte, values []T) []byte {
	switch v := any(values).(type) {
	case []float32:
		for _, x := range v {
			to = binary.LittleEndian.AppendUint32(to, math.Float32bits(x))
		}
	case []float64:
		for _, x := range v {
			to = binary.LittleEndian.AppendUint64(to, math.Float64bits(x))
		}
	}
	return to
}

// decode fills values from bytes.
func decode[T Float](values []T, from []byte) {
	switch v := any(values).(type) {
	case []float32:
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(from[4*i:]))
		}
	case []float64:
		for i := range v {
			v[i] = math.Float64frombits(binary.LittleEndian.Uint64(from[8*i:]))
		}
	}
}
