package train

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// logFile is a Recorder that keeps a file with a line for each row. Each row
// writes the whole file anew under another name, which is then renamed: rows are
// few, and so a reader, or a crash, never meets half a line. The file that was
// there before stays until the first row.
type logFile struct {
	path   string
	text   bytes.Buffer
	append func(*bytes.Buffer, Row) error
}

// JSONL records each row as a line of JSON in a file.
func JSONL(path string) Recorder {
	return &logFile{path: path, append: func(text *bytes.Buffer, row Row) error {
		return json.NewEncoder(text).Encode(row)
	}}
}

// CSV records each row as a line of comma-separated values in a file, under a
// line of names: those of Row's JSON form.
func CSV(path string) Recorder {
	l := &logFile{path: path, append: func(text *bytes.Buffer, row Row) error {
		w := csv.NewWriter(text)
		err := w.Write(cells(row))
		w.Flush()
		return errors.Join(err, w.Error())
	}}
	l.text.WriteString("optimizer,seed,epoch,step,train_loss,test_loss,test_accuracy,lr,seconds,optimizer_seconds\n")
	return l
}

// cells are a row's values, as short as they can be read back exactly.
func cells(r Row) []string {
	out := []string{r.Optimizer, strconv.FormatUint(r.Seed, 10), strconv.Itoa(r.Epoch), strconv.Itoa(r.Step)}
	lr := ""
	if r.LR != 0 {
		lr = number(r.LR)
	}
	return append(out, number(r.TrainLoss), number(r.TestLoss), number(r.TestAccuracy), lr, number(r.Seconds), number(r.OptimizerSeconds))
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func (l *logFile) Begin(Plan) error  { return nil }
func (l *logFile) Step(int, float64) {}
func (l *logFile) End(*Result) error { return nil }

func (l *logFile) Epoch(row Row) error {
	if err := l.append(&l.text, row); err != nil {
		return fmt.Errorf("the log %s: %w", l.path, err)
	}
	if err := replaceFile(l.path, l.text.Bytes()); err != nil {
		return fmt.Errorf("the log %s can't be written: %w", l.path, err)
	}
	return nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp-*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
