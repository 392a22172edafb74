package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServeTellsItsAddressAndEndsGracefully(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out, w := io.Pipe()
	var errs bytes.Buffer
	ended := make(chan int, 1)
	a := &app{ctx: ctx, in: strings.NewReader(""), out: w, err: &errs}
	go func() { ended <- a.run(words("serve --addr 127.0.0.1:0")) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	url := strings.TrimSpace(line)
	assert.NotContains(t, url, ":0/")

	answer, err := http.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	assert.Equal(t, http.StatusOK, answer.StatusCode)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	assert.Contains(t, string(text), "[")

	cancel()
	assert.Zero(t, <-ended, errs.String())
	assert.Contains(t, errs.String(), "Ctrl-C ends it")
}

func TestServeMistakes(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for addr, says := range map[string]string{
		"0.0.0.0:0":           "open to others; use 127.0.0.1",
		":0":                  "open to others",
		"192.0.2.1:0":         "open to others",
		"foo":                 "no address to serve at; give a host and a port",
		"127.0.0.1:99999":     "choose another port",
		taken.Addr().String(): "choose another port, or 0 for a free one",
	} {
		bad(t, exitFailed, []string{"serve", "--addr", addr}, says)
	}
}
