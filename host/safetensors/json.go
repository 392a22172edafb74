package safetensors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// member is a name and a value of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// object is the members of a JSON object in their order. A name that is given
// twice is an error, which encoding/json would let pass.
func object(text []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, errors.New("it is not a JSON object")
	}
	var members []member
	seen := map[string]bool{}
	for d.More() {
		m, err := next(d)
		if err != nil {
			return nil, fmt.Errorf("it is not JSON: %w", err)
		}
		if seen[m.name] {
			return nil, fmt.Errorf("%q stands there twice", m.name)
		}
		seen[m.name] = true
		members = append(members, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("it goes on after the JSON object")
	}
	return members, nil
}

func next(d *json.Decoder) (m member, err error) {
	key, err := d.Token()
	if err != nil {
		return m, err
	}
	m.name = key.(string) // a decoder gives nothing else in an object
	return m, d.Decode(&m.value)
}
