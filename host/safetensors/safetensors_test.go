package safetensors_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host/safetensors"
)

// file is a file with a header and n bytes of data.
func file(header string, n int) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), make([]byte, n)...)
}

func write(t testing.TB, tensors ...safetensors.Tensor) []byte {
	var out bytes.Buffer
	require.NoError(t, safetensors.Write(&out, tensors))
	return out.Bytes()
}

func TestBytesOfAFile(t *testing.T) {
	header := `{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},` +
		`"s":{"dtype":"F64","shape":[],"data_offsets":[8,16]}}`
	header += strings.Repeat(" ", (8-len(header)%8)%8)
	want := file(header, 0)
	want = binary.LittleEndian.AppendUint32(want, 0x3fc00000) // 1.5
	want = binary.LittleEndian.AppendUint32(want, 0xffc00001) // a NaN
	want = binary.LittleEndian.AppendUint64(want, 0x8000000000000000)
	got := write(t,
		safetensors.Of("w", []int{1, 2}, []float32{1.5, math.Float32frombits(0xffc00001)}),
		safetensors.Of("s", nil, []float64{math.Copysign(0, -1)}))
	assert.Equal(t, want, got)
}

func TestRoundTrip(t *testing.T) {
	long := make([]float64, 20_000)
	for i := range long {
		long[i] = math.Sqrt(float64(i))
	}
	f, err := safetensors.Parse(write(t, safetensors.Of("long", []int{200, 100}, long),
		safetensors.Of("none", []int{3, 0}, []float32{}), safetensors.Of(`ü"\`, nil, []float32{7})))
	require.NoError(t, err)
	var names []string
	for _, info := range f.Tensors() {
		names = append(names, fmt.Sprint(info.Name, info.DType, info.Shape))
	}
	assert.Equal(t, []string{"longF64[200 100]", "noneF32[3 0]", `ü"\F32[]`}, names)
	got := make([]float64, len(long))
	require.NoError(t, safetensors.Fill(f, "long", got))
	assert.Equal(t, long, got)
	require.NoError(t, safetensors.Fill(f, "none", []float32{}))
	one := []float32{0}
	require.NoError(t, safetensors.Fill(f, `ü"\`, one))
	assert.Equal(t, []float32{7}, one)
	assert.EqualError(t, safetensors.Fill(f, "lang", got), `there is no tensor "lang"`)
	assert.EqualError(t, safetensors.Fill(f, "long", one), `the tensor "long" is F64, not F32`)
	assert.EqualError(t, safetensors.Fill(f, "long", got[1:]), `the tensor "long" has 20000 values, not 19999`)
	assert.NoError(t, safetensors.Check[float64](f, "long", 20_000))
}

func TestEmptyFile(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, safetensors.Write(&out, nil))
	f, err := safetensors.Parse(out.Bytes())
	require.NoError(t, err)
	assert.Empty(t, f.Tensors())
}

func TestWriteErrors(t *testing.T) {
	one := []float32{1}
	for want, tensors := range map[string][]safetensors.Tensor{
		`a tensor can't be named ""`:                                         {safetensors.Of("", nil, one)},
		`a tensor can't be named "__metadata__"`:                             {safetensors.Of("__metadata__", nil, one)},
		`a tensor can't be named "\xff"`:                                     {safetensors.Of("\xff", nil, one)},
		`there are two tensors "a"`:                                          {safetensors.Of("a", nil, one), safetensors.Of("a", nil, one)},
		`tensor "a" has 1 values, which the shape [2] does not hold`:         {safetensors.Of("a", []int{2}, one)},
		`tensor "a": the shape [-1] is more than any memory holds`:           {safetensors.Of("a", []int{-1}, one)},
		`tensor "a": the shape [4294967296 4294967296] is more than any mem`: {safetensors.Of("a", []int{1 << 32, 1 << 32}, one)},
	} {
		assert.ErrorContains(t, safetensors.Write(io.Discard, tensors), want)
	}
}

// full is a disk that takes n bytes.
type full struct{ n int }

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

func TestWriteToAFullDisk(t *testing.T) {
	tensor := safetensors.Of("a", []int{2}, []float32{1, 2})
	size := len(write(t, tensor))
	require.NoError(t, safetensors.Write(&full{size}, []safetensors.Tensor{tensor}))
	for _, n := range []int{0, 7, size - 1} {
		err := safetensors.Write(&full{n}, []safetensors.Tensor{tensor})
		assert.ErrorContains(t, err, "no space left", "%d bytes", n)
	}
}

func TestParseAcceptsOtherWriters(t *testing.T) {
	for name, bytes := range map[string][]byte{
		"tensors in another order": file(`{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32"}}`, 8),
		"spaces":                   file(`{ "b" : {"dtype":"BF16", "shape":[2], "data_offsets":[0,4]} }   `, 4),
		"nothing":                  file(`{}`, 0),
		"metadata alone":           file(`{"__metadata__":{}}`, 0),
		"several empty tensors":    file(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"c":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, 4),
		"four bits":                file(`{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}`, 1),
	} {
		_, err := safetensors.Parse(bytes)
		assert.NoError(t, err, name)
	}
}

func TestParseErrors(t *testing.T) {
	entry := func(dtype, shape, offsets string) string {
		return fmt.Sprintf(`{"a":{"dtype":%s,"shape":%s,"data_offsets":%s}}`, dtype, shape, offsets)
	}
	good := entry(`"F32"`, `[1]`, `[0,4]`)
	_, err := safetensors.Parse(file(good, 4))
	require.NoError(t, err)
	huge := binary.LittleEndian.AppendUint64(nil, 1<<63)
	for _, c := range []struct {
		file []byte
		want string
	}{
		{nil, "this is no safetensors file: it has 0 bytes; at least 8 hold the header's length"},
		{huge, "its header would have 9223372036854775808 bytes; at most 100000000"},
		{file(good, 4)[:40], "bytes, and the file goes on for 32"},
		{file(good, 3), "the tensors need 4 bytes of data; there are 3"},
		{file(good, 5), "the tensors need 4 bytes of data; there are 5"},
		{file("", 0), "it is not a JSON object in UTF-8"},
		{file(" {}", 0), "it is not a JSON object in UTF-8"},
		{file("{\"\xff\":1}", 0), "it is not a JSON object in UTF-8"},
		{file("[]", 0), "it is not a JSON object"},
		{file(`{"a":`, 0), "it is not JSON"},
		{file(`{"a"}`, 0), "it is not JSON"},
		{file(`{}{}`, 0), "it goes on after the JSON object"},
		{file(`{}`+"\x00", 0), "it goes on after the JSON object"},
		{file(`{"":{}}`, 0), "a tensor has no name"},
		{file(`{"a":{}}`, 0), `tensor "a": it needs dtype, shape and two data_offsets`},
		{file(`{"a":3}`, 0), `tensor "a": it is not a JSON object`},
		{file(`{"a":null}`, 0), `tensor "a": it is not a JSON object`},
		{file(`{"__metadata__":{"a":1}}`, 0), `__metadata__: "a" is no text`},
		{file(`{"__metadata__":{"a":null}}`, 0), `__metadata__: "a" is no text`},
		{file(`{"__metadata__":{"a":"","a":""}}`, 0), `__metadata__: "a" stands there twice`},
		{file(good[:len(good)-1]+","+good[1:], 4), `"a" stands there twice`},
		{file(strings.Replace(good, `"shape"`, `"dtype"`, 1), 4), `tensor "a": "dtype" stands there twice`},
		{file(strings.Replace(good, `"shape"`, `"Shape"`, 1), 4), `there is a field "Shape" that the format lacks`},
		{file(entry(`"F33"`, `[1]`, `[0,4]`), 4), `"F33" is no number format`},
		{file(entry(`7`, `[1]`, `[0,4]`), 4), `the field dtype is 7`},
		{file(entry(`"F32"`, `[-1]`, `[0,4]`), 4), `the field shape is [-1]`},
		{file(entry(`"F32"`, `[1.5]`, `[0,4]`), 4), `the field shape is [1.5]`},
		{file(entry(`"F32"`, `null`, `[0,4]`), 4), `it needs dtype, shape and two data_offsets`},
		{file(entry(`"F32"`, `[1]`, `[0,4,8]`), 4), `it needs dtype, shape and two data_offsets`},
		{file(entry(`"F32"`, `[18446744073709551615]`, `[0,4]`), 4), `is more than any memory holds`},
		{file(entry(`"F32"`, `[4294967296,4294967296]`, `[0,0]`), 0), `is more than any memory holds`},
		{file(entry(`"F32"`, `[2305843009213693952,8]`, `[0,0]`), 0), `is more than any memory holds`},
		{file(entry(`"F32"`, `[2]`, `[0,4]`), 4), "F32 values in the shape [2] take 8 bytes; the offsets are [0 4]"},
		{file(entry(`"F32"`, `[1]`, `[4,0]`), 4), "the offsets are [4 0]"},
		{file(entry(`"F32"`, `[1]`, `[18446744073709551612,18446744073709551616]`), 4), "the field data_offsets"},
		{file(entry(`"F32"`, `[1]`, `[9223372036854775804,9223372036854775808]`), 4), "the offsets are"},
		{file(entry(`"F32"`, `[1]`, `[4,8]`), 8), `the data of "a" begin at byte 4; those before end at 0`},
		{file(entry(`"F4"`, `[3]`, `[0,1]`), 1), `F4 values in the shape [3] end within a byte`},
		{file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}`, 12),
			`the data of "b" begin at byte 4; those before end at 8`},
	} {
		f, err := safetensors.Parse(c.file)
		assert.ErrorContains(t, err, c.want)
		assert.Nil(t, f)
	}
}

// What Parse accepts is wholly described: its tensors cover the data, and those
// of floats can be read.
func FuzzParse(f *testing.F) {
	var good bytes.Buffer
	tensors := []safetensors.Tensor{safetensors.Of("a", []int{2}, []float32{1, 2}), safetensors.Of("b", nil, []float64{3})}
	require.NoError(f, safetensors.Write(&good, tensors))
	f.Add(good.Bytes())
	f.Add(good.Bytes()[:good.Len()-1])
	f.Add(file(`{"__metadata__":{"k":"v"}}`, 0))
	f.Add(file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4))
	f.Add(file(`{"a":{"dtype":"F4","shape":[18446744073709551615],"data_offsets":[0,4]}}`, 4))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		file, err := safetensors.Parse(bytes)
		if err != nil {
			require.Nil(t, file)
			return
		}
		for _, info := range file.Tensors() {
			n := 1
			for _, d := range info.Shape {
				n *= d
			}
			require.LessOrEqual(t, n, 2*len(bytes))
			if info.DType == "F32" {
				require.NoError(t, safetensors.Fill(file, info.Name, make([]float32, n)))
			}
			if info.DType == "F64" {
				require.NoError(t, safetensors.Fill(file, info.Name, make([]float64, n)))
			}
		}
	})
}
