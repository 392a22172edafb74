package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// File is a file's tensors.
type File struct {
	tensors []Info // in the order of their data
	byName  map[string]int
	data    []byte
}

// Parse reads a whole file. The file keeps the bytes, which must not be
// changed; a tensor's values are converted when they are asked for.
func Parse(file []byte) (*File, error) {
	header, data, err := cut(file)
	if err != nil {
		return nil, fmt.Errorf("this is no safetensors file: %w", err)
	}
	f := &File{data: data, byName: map[string]int{}}
	if err := f.readHeader(header); err != nil {
		return nil, fmt.Errorf("the header of the safetensors file: %w", err)
	}
	if err := f.checkCover(); err != nil {
		return nil, fmt.Errorf("the safetensors file is damaged: %w", err)
	}
	return f, nil
}

// cut separates the header and the data.
func cut(file []byte) (header, data []byte, err error) {
	if len(file) < 8 {
		return nil, nil, fmt.Errorf("it has %d bytes; at least 8 hold the header's length", len(file))
	}
	n, rest := binary.LittleEndian.Uint64(file), file[8:]
	if n > maxHeader {
		return nil, nil, fmt.Errorf("its header would have %d bytes; at most %d", n, maxHeader)
	}
	if n > uint64(len(rest)) {
		return nil, nil, fmt.Errorf("its header would have %d bytes, and the file goes on for %d", n, len(rest))
	}
	return rest[:n], rest[n:], nil
}

func (f *File) readHeader(header []byte) error {
	if !bytes.HasPrefix(header, []byte("{")) || !utf8.Valid(header) {
		return errors.New("it is not a JSON object in UTF-8")
	}
	members, err := object(header)
	if err != nil {
		return err
	}
	for _, m := range members {
		if m.name == metadataName {
			err = checkMetadata(m.value)
		} else {
			err = f.readTensor(m)
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(f.tensors, order)
	for i, t := range f.tensors {
		f.byName[t.Name] = i
	}
	return nil
}

// order sorts tensors as their data lie; those without data go first.
func order(a, b Info) int {
	if a.begin != b.begin {
		return a.begin - b.begin
	}
	if a.end != b.end {
		return a.end - b.end
	}
	return strings.Compare(a.Name, b.Name)
}

// checkMetadata reports what is no metadata. Nobody here needs what they say.
func checkMetadata(value json.RawMessage) error {
	members, err := object(value)
	if err != nil {
		return fmt.Errorf("%s: %w", metadataName, err)
	}
	for _, m := range members {
		var text *string
		if err := json.Unmarshal(m.value, &text); err != nil || text == nil {
			return fmt.Errorf("%s: %q is no text", metadataName, m.name)
		}
	}
	return nil
}

func (f *File) readTensor(m member) error {
	t := Info{Name: m.name}
	if t.Name == "" {
		return errors.New("a tensor has no name")
	}
	if err := t.read(m.value); err != nil {
		return fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	f.tensors = append(f.tensors, t)
	return nil
}

// read takes in a tensor's entry, which has exactly three fields.
func (t *Info) read(value json.RawMessage) error {
	members, err := object(value)
	if err != nil {
		return err
	}
	var shape, offsets []uint64
	into := map[string]any{"dtype": &t.DType, "shape": &shape, "data_offsets": &offsets}
	for _, m := range members {
		field, known := into[m.name]
		if !known {
			return fmt.Errorf("there is a field %q that the format lacks", m.name)
		}
		if err := json.Unmarshal(m.value, field); err != nil {
			return fmt.Errorf("the field %s is %.40s", m.name, m.value)
		}
	}
	if len(members) != len(into) || shape == nil || len(offsets) != 2 {
		return errors.New("it needs dtype, shape and two data_offsets")
	}
	return t.place(shape, offsets)
}

// place checks that a tensor's data are as long as its shape says.
func (t *Info) place(shape, offsets []uint64) error {
	t.Shape = make([]int, len(shape))
	for i, d := range shape {
		t.Shape[i] = int(d) // byteLen finds those that become negative
	}
	n, err := byteLen(t.DType, t.Shape)
	if err != nil {
		return err
	}
	if begin, end := offsets[0], offsets[1]; begin > end || end-begin != uint64(n) || int(end) < 0 {
		return fmt.Errorf("%s values in the shape %v take %d bytes; the offsets are %v", t.DType, t.Shape, n, offsets)
	}
	t.begin, t.end = int(offsets[0]), int(offsets[1])
	return nil
}

// checkCover wants each byte of the data to belong to exactly one tensor.
func (f *File) checkCover() error {
	at := 0
	for _, t := range f.tensors {
		if t.begin != at {
			return fmt.Errorf("the data of %q begin at byte %d; those before end at %d", t.Name, t.begin, at)
		}
		at = t.end
	}
	if at != len(f.data) {
		return fmt.Errorf("the tensors need %d bytes of data; there are %d", at, len(f.data))
	}
	return nil
}

// Tensors describes all tensors, in the order of their data.
func (f *File) Tensors() []Info {
	all := slices.Clone(f.tensors)
	for i := range all {
		all[i].Shape = slices.Clone(all[i].Shape)
	}
	return all
}

// Check reports why Fill could not fill n values of type T with the tensor of a
// name, or nil.
func Check[T Float](f *File, name string, n int) error {
	i, ok := f.byName[name]
	if !ok {
		return fmt.Errorf("there is no tensor %q", name)
	}
	t := f.tensors[i]
	if d := dtypeOf[T](); t.DType != d {
		return fmt.Errorf("the tensor %q is %s, not %s", name, t.DType, d)
	}
	if have := (t.end - t.begin) / int(widths[t.DType]/8); have != n {
		return fmt.Errorf("the tensor %q has %d values, not %d", name, have, n)
	}
	return nil
}

// Fill copies the values of a tensor. It is an error if there is none of that
// name, or it has another number format or number of values.
func Fill[T Float](f *File, name string, values []T) error {
	if err := Check[T](f, name, len(values)); err != nil {
		return err
	}
	decode(values, f.data[f.tensors[f.byName[name]].begin:])
	return nil
}
