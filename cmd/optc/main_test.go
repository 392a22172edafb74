package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew")

// here is the folder of this package; tests work in folders of their own.
var here string

// TestMain gives all tests one store of plugins, so that each is built once, and
// sees that no command leaves temporary files.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	root, err := os.MkdirTemp("", "cli-test-")
	if err == nil {
		here, err = os.Getwd()
	}
	scratch := filepath.Join(root, "tmp")
	if err == nil {
		err = errors.Join(os.Mkdir(scratch, 0o755), makeDots(filepath.Join(root, "dots")))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(root)
	os.Setenv("OPTC_HOME", filepath.Join(root, "home"))
	os.Setenv("TMPDIR", scratch)
	os.Setenv("TMP", scratch)
	os.Unsetenv("OPTC_PLUGIN_PATH")
	code := m.Run()
	if left, _ := filepath.Glob(filepath.Join(scratch, "optc-*")); len(left) > 0 {
		fmt.Fprintln(os.Stderr, "temporary files are left:", left)
		return 1
	}
	return code
}

// dots is a folder with a data set in the format idx: 64 training images and 16
// test images of 4 x 4 pixels, a bright column on noise; the column is the label.
var dots string

func makeDots(folder string) error {
	dots = filepath.ToSlash(folder)
	err := os.Mkdir(folder, 0o755)
	for _, split := range []struct {
		name string
		rows int
	}{{"train", 64}, {"t10k", 16}} {
		images, labels := []byte{0, 0, 8, 3, 0, 0, 0, byte(split.rows), 0, 0, 0, 4, 0, 0, 0, 4}, []byte{0, 0, 8, 1, 0, 0, 0, byte(split.rows)}
		for i := range split.rows {
			labels = append(labels, byte(i%4))
			for pixel := range 16 {
				value := byte((i*37 + pixel*pixel*11) % 100)
				if pixel%4 == i%4 {
					value += 120
				}
				images = append(images, value)
			}
		}
		err = errors.Join(err,
			os.WriteFile(filepath.Join(folder, split.name+"-images-idx3-ubyte"), images, 0o644),
			os.WriteFile(filepath.Join(folder, split.name+"-labels-idx1-ubyte"), labels, 0o644))
	}
	return err
}

// outcome is what a command line came to.
type outcome struct {
	code     int
	out, err string
}

// optc performs a command line in this process.
func optc(args ...string) outcome { return optcFrom("", args...) }

func optcFrom(stdin string, args ...string) outcome {
	var out, errs bytes.Buffer
	a := &app{ctx: context.Background(), in: strings.NewReader(stdin), out: &out, err: &errs}
	code := a.run(args)
	return outcome{code, out.String(), errs.String()}
}

// good performs a command line that must succeed, and gives its output.
func good(t *testing.T, args ...string) string {
	t.Helper()
	o := optc(args...)
	require.Zero(t, o.code, "optc %s: %s", strings.Join(args, " "), o.err)
	return o.out
}

// bad wants a command line to fail with a code, with nothing on standard output
// and each text in the error.
func bad(t *testing.T, code int, args []string, texts ...string) {
	t.Helper()
	o := optc(args...)
	name := "optc " + strings.Join(args, " ")
	assert.Equal(t, code, o.code, "%s: %s", name, o.err)
	assert.Empty(t, o.out, name)
	assert.NotContains(t, o.err, "goroutine", name)
	for _, text := range texts {
		assert.Contains(t, o.err, text, name)
	}
}

func words(line string) []string { return strings.Fields(line) }

// golden compares a text with a file of testdata/golden.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(here, "testdata", "golden", name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update")
	assert.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), text)
}

// place makes a working directory with files in it: name, content, ...
func place(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	for i := 0; i < len(files); i += 2 {
		require.NoError(t, os.MkdirAll(filepath.Dir(files[i]), 0o755))
		require.NoError(t, os.WriteFile(files[i], []byte(files[i+1]), 0o644))
	}
	return dir
}

// drag is the text of testdata/drag.opt.
func drag(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(here, "testdata", "drag.opt"))
	require.NoError(t, err)
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// listing is the names in a folder.
func listing(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	names := []string{}
	for _, f := range all {
		names = append(names, f.Name())
	}
	return names
}

var errFull = errors.New("the disk is full")

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// broken is a writer that panics.
type broken struct{}

func (broken) Write([]byte) (int, error) { panic("broken") }

func TestResultsThatCannotBeWrittenFailTheCommand(t *testing.T) {
	for _, line := range []string{"explain", "list", "info pnm", "version --json", "compile --emit ir testdata/drag.opt"} {
		var errs bytes.Buffer
		a := &app{ctx: context.Background(), out: full{}, err: &errs}
		assert.Equal(t, exitFailed, a.run(words(line)), line)
		assert.Contains(t, errs.String(), errFull.Error(), line)
	}
}

func TestPanicBecomesAReport(t *testing.T) {
	var errs bytes.Buffer
	a := &app{ctx: context.Background(), out: broken{}, err: &errs}
	assert.Equal(t, exitFailed, a.run([]string{"version"}))
	assert.Contains(t, errs.String(), "fault of optc; please report it")
}
