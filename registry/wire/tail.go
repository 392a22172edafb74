package wire

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync"
)

const (
	tailBytes = 64 << 10
	tailLines = 10 // that an error shows
)

// tail keeps the end of a plugin's standard error, and passes all of it on.
type tail struct {
	mu   sync.Mutex
	last []byte
	next io.Writer
}

// Write takes everything, whatever next does.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if over := len(t.last) - tailBytes; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
	}
	_, _ = t.next.Write(p)
	return len(p), nil
}

var crash = regexp.MustCompile(`(?m)^(panic: |fatal error: |SIG[A-Z]+: |runtime: )`)

// lines are the last lines or, where the plugin's runtime crashed, the first
// ones of that report, since its end is only the end of a stack.
func (t *tail) lines() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if at := crash.FindIndex(t.last); at != nil {
		lines := bytes.SplitN(t.last[at[0]:], []byte("\n"), tailLines+1)
		return join(lines[:min(len(lines), tailLines)])
	}
	lines := bytes.Split(bytes.TrimRight(t.last, "\n"), []byte("\n"))
	return join(lines[max(0, len(lines)-tailLines):])
}

func join(lines [][]byte) string {
	text := string(bytes.Join(lines, []byte("\n")))
	return strings.TrimSpace(strings.ToValidUTF8(text, "?"))
}
