//go:build nocuda || !linux || !(amd64 || arm64)

package fakecuda

const supported = false

// Count asks a stand-in, by its library's path, what it has done.
func Count(string) (Counts, error) {
	return Counts{}, ErrUnavailable
}
